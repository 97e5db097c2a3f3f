import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { MAC_DIGITS } from '../domain/click-token.ts';
import { ClickSigner } from '../ports/click-signer.ts';

/** Keys come out of the master key by HKDF-SHA256 (RFC 5869), each by its own name: none leads to another. */
export class HmacClickSigner extends ClickSigner {
  private readonly keys = new Map<string, Buffer>();

  constructor(private readonly masterKey: Uint8Array) {
    super();
  }

  mac(key: string, text: string): string {
    return createHmac('sha256', this.keyOf(key)).update(text).digest('base64url').slice(0, MAC_DIGITS);
  }

  isMac(key: string, text: string, mac: string): boolean {
    const [wanted, given] = [Buffer.from(this.mac(key, text)), Buffer.from(mac)];
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  }

  private keyOf(name: string): Buffer {
    const known = this.keys.get(name);
    if (known !== undefined) return known;
    const key = Buffer.from(hkdfSync('sha256', this.masterKey, '', `tributary click id ${name}`, 32));
    this.keys.set(name, key);
    return key;
  }
}
