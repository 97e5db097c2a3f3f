/**
 * The keys of a foreign issuer, found by OpenID discovery and kept in memory:
 *
 *   (none) ──first need──▶ known ──10 min──▶ fetched again ──fails──▶ the known ones go on for an hour
 *                            └──a key nobody knows──▶ fetched again, at most once a minute
 */
import { createLocalJWKSet, type JSONWebKeySet, type LocalJWKSet } from 'jose';
import type { WallClock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';

const FRESH_MS = 600_000;
const LOOK_AGAIN_MS = 60_000;
const STALE_MS = 3_600_000;
/** An issuer that does not answer is left alone for so long, and nobody waits for it. */
const AFTER_FAILURE_MS = 5_000;

/** The JSON at an address, within bounds of time and size. Rejects with anything. */
export type FetchJson = (address: string) => Promise<unknown>;

interface Known {
  readonly keys: LocalJWKSet;
  readonly fetchedMs: number;
}

export class ForeignKeys {
  private known: Known | undefined;
  private fetching: Promise<void> | undefined;
  private failure: { readonly error: AppError; readonly atMs: number } | undefined;

  constructor(
    private readonly issuer: string,
    private readonly fetchJson: FetchJson,
    private readonly wallClock: WallClock,
  ) {}

  /** Throws `identity.issuer_unreachable` while there are none. */
  async current(): Promise<LocalJWKSet> {
    if (this.age() >= FRESH_MS) await this.refresh();
    if (this.known === undefined || this.age() >= STALE_MS) throw this.failure?.error ?? unreachableIssuer();
    return this.known.keys;
  }

  /** The keys after another look, if the last one is long enough ago; undefined if not. */
  async renewed(): Promise<LocalJWKSet | undefined> {
    if (this.age() < LOOK_AGAIN_MS) return undefined;
    await this.refresh();
    return this.known?.keys;
  }

  private age(): number {
    return this.wallClock.nowMs() - (this.known?.fetchedMs ?? Number.NEGATIVE_INFINITY);
  }

  private async refresh(): Promise<void> {
    if (this.failure !== undefined && this.wallClock.nowMs() - this.failure.atMs < AFTER_FAILURE_MS) return;
    this.fetching ??= this.fetchAll().finally(() => {
      this.fetching = undefined;
    });
    await this.fetching;
  }

  private async fetchAll(): Promise<void> {
    try {
      const jwksAddress = await this.discover();
      const keys = createLocalJWKSet((await this.fetchJson(jwksAddress)) as JSONWebKeySet);
      this.known = { keys, fetchedMs: this.wallClock.nowMs() };
      this.failure = undefined;
    } catch (cause) {
      this.failure = { error: unreachableIssuer(cause), atMs: this.wallClock.nowMs() };
    }
  }

  /** Source: OpenID Connect Discovery 1.0, section 4.3: the document must name the very issuer it was asked for. */
  private async discover(): Promise<string> {
    const found = await this.fetchJson(`${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const { issuer, jwks_uri: address } = found as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
    if (issuer !== this.issuer) throw new Error('the discovery document names another issuer');
    if (typeof address !== 'string' || !URL.canParse(address)) throw new Error('the discovery document names no keys');
    if (this.issuer.startsWith('https:') && !address.startsWith('https:'))
      throw new Error('the keys of an https issuer must be served by https');
    return address;
  }
}

const unreachableIssuer = (cause?: unknown): AppError =>
  new AppError('unavailable', 'identity.issuer_unreachable', 'the issuer of the token does not answer properly', {
    retryAfterSeconds: AFTER_FAILURE_MS / 1_000,
    cause,
  });
