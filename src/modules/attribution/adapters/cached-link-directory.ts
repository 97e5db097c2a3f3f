import type { Cache } from '../../../infrastructure/cache/cache.ts';
import { LinkDirectory, type Signpost } from '../ports/link-directory.ts';

/** How long a suspended partner's links may still seem alive. The decision about an order asks again. */
const TTL_SECONDS = 10;

const keyOf = (code: string): string => `attribution:link:${code}`;

/** Remembers links that exist. One that does not may be made in the next moment, and must work at once. */
export class CachedLinkDirectory extends LinkDirectory {
  constructor(
    private readonly directory: LinkDirectory,
    private readonly cache: Cache,
  ) {
    super();
  }

  async find(code: string): Promise<Signpost | undefined> {
    const kept = await this.cache.get(keyOf(code));
    if (kept !== undefined) return JSON.parse(kept) as Signpost;
    const found = await this.directory.find(code);
    if (found !== undefined) await this.cache.set(keyOf(code), JSON.stringify(found), TTL_SECONDS);
    return found;
  }

  async forget(codes: readonly string[]): Promise<void> {
    await Promise.all(codes.map((code) => this.cache.delete(keyOf(code))));
  }
}
