import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import type { WallClock } from '../../../../shared/clock.ts';
import { instantAt } from '../../../../shared/instant.ts';
import type { Vault } from '../../../../shared/vault.ts';
import { type SealKey, SealSigner } from '../../ports/seals.ts';

interface KeyRow {
  readonly id: string;
  readonly sealed_private_key: string;
}

const contextOf = (id: string): string => `ledger.seal_keys.${id}`;

/** The private key leaves the database only sealed. */
export class Ed25519SealSigner extends SealSigner {
  constructor(
    private readonly db: Knex,
    private readonly vault: Vault,
    private readonly wallClock: WallClock,
  ) {
    super();
  }

  async sign(text: string): Promise<{ readonly keyId: string; readonly signature: string }> {
    const { id, sealed_private_key: sealed } = (await this.newest()) ?? (await this.make());
    const key = createPrivateKey(this.vault.open(sealed, contextOf(id)));
    return { keyId: id, signature: sign(null, Buffer.from(text), key).toString('hex') };
  }

  isSigned(text: string, signature: string, key: SealKey): boolean {
    return isSignedBy(text, signature, key);
  }

  private async newest(): Promise<KeyRow | undefined> {
    const rows = await rowsOf<KeyRow>(
      this.db,
      `select id, sealed_private_key from ledger.seal_keys order by made_at desc, id desc limit 1`,
    );
    return rows.at(0);
  }

  private async make(): Promise<KeyRow> {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const id = randomUUID();
    const sealed = this.vault.seal(privateKey, contextOf(id));
    await rowsOf(
      this.db,
      `insert into ledger.seal_keys (id, public_key, sealed_private_key, made_at)
       values (:id, :publicKey, :sealed, :at)`,
      { id, publicKey, sealed, at: instantAt(this.wallClock.nowMs()) },
    );
    return { id, sealed_private_key: sealed };
  }
}

/** For whoever has no more than the public key. */
export const isSignedBy = (text: string, signature: string, { publicKey }: SealKey): boolean => {
  try {
    return verify(null, Buffer.from(text), createPublicKey(publicKey), Buffer.from(signature, 'hex'));
  } catch {
    return false; // what is no key has signed nothing
  }
};
