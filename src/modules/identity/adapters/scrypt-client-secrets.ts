import { scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Random } from '../../../shared/clock.ts';
import { ClientSecrets } from '../ports/client-secrets.ts';

const SECRET_BYTES = 32;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/**
 * 1 MiB and a few milliseconds. A secret of 256 random bits cannot be found by trying, however cheap a try is; the
 * slow hash only keeps a stolen table from being a list of fingerprints.
 */
const COST = { N: 1_024, r: 8, p: 1 } as const;

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** Kept as `scrypt$N$r$p$salt$hash`, so that the cost can change and old hashes still match. */
export class ScryptClientSecrets extends ClientSecrets {
  /** What a secret is held against when there is no such client. */
  private nobodys: Promise<string> | undefined;

  constructor(private readonly random: Random) {
    super();
  }

  /** The prefix lets scanners find secrets that leak into repositories. */
  make(): string {
    return `tcs_${Buffer.from(this.random.bytes(SECRET_BYTES)).toString('base64url')}`;
  }

  async hash(secret: string): Promise<string> {
    const salt = Buffer.from(this.random.bytes(SALT_BYTES));
    const hash = await derive(secret, salt, HASH_BYTES, COST);
    return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
  }

  async matches(secret: string, hash: string | undefined): Promise<boolean> {
    this.nobodys ??= this.hash(this.make());
    const [, N, r, p, salt = '', expected = ''] = (hash ?? (await this.nobodys)).split('$');
    const bytes = Buffer.from(expected, 'base64url');
    const actual = await derive(secret, Buffer.from(salt, 'base64url'), bytes.length, {
      N: Number(N),
      r: Number(r),
      p: Number(p),
    });
    return timingSafeEqual(actual, bytes) && hash !== undefined;
  }
}
