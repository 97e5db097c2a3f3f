import { hash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { MAC_DIGITS } from '../domain/traffic/click-token.ts';
import { ClickSigner } from '../ports/click-signer.ts';

const BLOCK = 64;
const DIGEST = 32;

/** A key and its two blocks, as RFC 2104 pads them: `inner` has room for the text behind it, `outer` for a digest. */
interface Key {
  inner: Buffer;
  readonly outer: Buffer;
}

/**
 * Keys come out of the master key by HKDF-SHA256 (RFC 5869), each by its own name: none leads to another.
 *
 * HMAC-SHA256 (RFC 2104) by two hashes in one piece each, over blocks that were padded before: a third of what an Hmac
 * object costs, and each redirect pays it.
 */
export class HmacClickSigner extends ClickSigner {
  private readonly keys = new Map<string, Key>();

  constructor(private readonly masterKey: Uint8Array) {
    super();
  }

  mac(name: string, text: string): string {
    const key = this.keyOf(name);
    const end = BLOCK + Buffer.byteLength(text);
    if (end > key.inner.length) key.inner = Buffer.concat([key.inner.subarray(0, BLOCK), Buffer.alloc(end)]);
    key.inner.write(text, BLOCK);
    hash('sha256', key.inner.subarray(0, end), 'buffer').copy(key.outer, BLOCK);
    return hash('sha256', key.outer, 'base64url').slice(0, MAC_DIGITS);
  }

  isMac(name: string, text: string, mac: string): boolean {
    const [wanted, given] = [Buffer.from(this.mac(name, text)), Buffer.from(mac)];
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  }

  private keyOf(name: string): Key {
    const known = this.keys.get(name);
    if (known !== undefined) return known;
    const secret = Buffer.from(hkdfSync('sha256', this.masterKey, '', `tributary click id ${name}`, DIGEST));
    const padded = (pad: number, room: number): Buffer => {
      const block = Buffer.alloc(BLOCK + room, 0);
      for (let index = 0; index < BLOCK; index += 1) block[index] = (secret[index] ?? 0) ^ pad;
      return block;
    };
    const key = { inner: padded(0x36, 256), outer: padded(0x5c, DIGEST) };
    this.keys.set(name, key);
    return key;
  }
}
