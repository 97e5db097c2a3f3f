import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import { Vault } from '../../shared/vault.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

/** AES-256-GCM under a key derived from the master key; the context is authenticated with the text. */
export class MasterKeyVault extends Vault {
  private readonly sealing: Buffer;
  private readonly hashing: Buffer;

  constructor(masterKey: Uint8Array) {
    super();
    this.sealing = Buffer.from(hkdfSync('sha256', masterKey, '', 'tributary seal', 32));
    this.hashing = Buffer.from(hkdfSync('sha256', masterKey, '', 'tributary fingerprint', 32));
  }

  seal(plain: string, context: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.sealing, iv).setAAD(Buffer.from(context));
    const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url')}`;
  }

  open(sealed: string, context: string): string {
    try {
      const bytes = Buffer.from(sealed.slice(VERSION.length + 1), 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', this.sealing, bytes.subarray(0, IV_BYTES))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new AppError(
        'unavailable',
        'vault.unreadable',
        'a sealed value does not open; is MASTER_KEY the one it was sealed with?',
        { cause },
      );
    }
  }

  fingerprint(purpose: string, value: string): string {
    return createHmac('sha256', this.hashing).update(`${purpose}\n${value}`).digest('base64url');
  }
}
