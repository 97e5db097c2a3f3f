import type { WallClock } from '../../../shared/clock.ts';
import { type Instant, instantAt } from '../../../shared/instant.ts';
import { keyDue, outlived, signingNow } from '../domain/key-schedule.ts';
import type { PublicJwk, SigningKey, SigningKeys, TokenSigner } from '../ports/signing-keys.ts';

/** How old the copy of the keys in memory may be. A new key is in the database days before it signs. */
const FRESH_MS = 60_000;
/** A key nobody knows is looked for in the database no more often than this, whatever strangers send. */
const LOOK_AGAIN_MS = 1_000;

export interface PublishedKey extends PublicJwk {
  readonly kid: string;
}

/** The signing keys, made when they are due and kept in memory. */
export class KeyRing {
  private keys: readonly SigningKey[] = [];
  private loadedMs = Number.NEGATIVE_INFINITY;
  private loading: Promise<void> | undefined;
  private looks = 0;
  private lastLook = 0;

  constructor(
    private readonly store: SigningKeys,
    private readonly signer: TokenSigner,
    private readonly wallClock: WallClock,
  ) {}

  /** The key to sign with. A fresh database gets its first one here, the same for all who ask at once. */
  async signing(): Promise<SigningKey> {
    await this.loadIfOlderThan(FRESH_MS);
    const known = signingNow(this.keys, this.now());
    if (known !== undefined) return known;
    await this.makeDue();
    const made = signingNow(this.keys, this.now());
    if (made === undefined) throw new Error('a signing key was made, and is not there');
    return made;
  }

  /** The key of that name, if it is one of ours and not retired. */
  async find(kid: string): Promise<SigningKey | undefined> {
    const known = this.byKid(kid);
    if (known !== undefined) return known;
    await this.loadIfOlderThan(LOOK_AGAIN_MS);
    return this.byKid(kid);
  }

  /** What others verify with, the next key among them. */
  async published(): Promise<readonly PublishedKey[]> {
    await this.signing();
    return this.keys.map(({ kid, publicJwk }) => ({ kid, ...publicJwk }));
  }

  /** Makes the next key when its time has come, and retires those whose tokens have all ended. */
  async rotate(): Promise<void> {
    await this.load();
    await this.makeDue();
    const gone = outlived(this.keys, this.now());
    if (gone.length === 0) return;
    await this.store.retire(
      gone.map(({ generation }) => generation),
      this.now(),
    );
    await this.load();
  }

  private async makeDue(): Promise<void> {
    const due = keyDue(this.keys, this.now());
    if (due === undefined) return;
    // Whoever is second to add a generation uses the key of whoever was first.
    await this.store.add({ ...due, ...(await this.signer.newKeyPair()) }, this.now());
    await this.load();
  }

  private byKid(kid: string): SigningKey | undefined {
    return this.keys.find((key) => key.kid === kid);
  }

  /** Requests that need the keys at the same time share one look. */
  private async loadIfOlderThan(ms: number): Promise<void> {
    if (this.wallClock.nowMs() - this.loadedMs < ms) return;
    this.loading ??= this.load().finally(() => {
      this.loading = undefined;
    });
    await this.loading;
  }

  /** A look that began earlier and ends later must not undo what is known meanwhile. */
  private async load(): Promise<void> {
    this.looks += 1;
    const look = this.looks;
    const startedMs = this.wallClock.nowMs();
    const keys = await this.store.all();
    if (look < this.lastLook) return;
    this.lastLook = look;
    this.loadedMs = startedMs;
    this.keys = keys;
  }

  private now(): Instant {
    return instantAt(this.wallClock.nowMs());
  }
}
