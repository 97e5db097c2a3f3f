/**
 * `Idempotency-Key`: a repeated write acts once and answers the same. The record's life:
 *
 *     (none) ──claim──▶ started(lease 30 s) ──effect commits, or 4xx──▶ finished ──▶ replayed, until it expires
 *                          │    ▲
 *                          │    └── lease over: the next request with the key takes the work over
 *                          └── 5xx, not now: released, as if it had never been
 *
 * Source: IETF httpapi draft "The Idempotency-Key HTTP Header Field", with Stripe's rule of what is stored.
 */
import type { Knex } from 'knex';
import { digest } from '../../shared/digest.ts';
import { AppError } from '../../shared/errors.ts';
import { instantAt, type Instant } from '../../shared/instant.ts';
import type { WallClock } from '../../shared/clock.ts';
import type { Vault } from '../../shared/vault.ts';
import { type Database, rowsOf } from '../postgres/database.ts';
import type { Claim } from './claim.ts';
import { jsonTextOf } from './output.ts';
import type { Answer } from './route.ts';

const LEASE_MS = 30_000;

/** Throws `idempotency.malformed_key`. A key may come as a structured-field string, in quotes. */
export const readKey = (header: string | undefined): string | undefined => {
  if (header === undefined) return undefined;
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    throw new AppError(
      'invalid',
      'idempotency.malformed_key',
      'Idempotency-Key is 1 to 255 printable ASCII characters',
    );
  }
  return key;
};

export interface KeyOwner {
  /** Client, method and route: a key that leaks must not show anybody else's answer. */
  readonly scope: string;
  readonly key: string;
  /** SHA-256 of what was asked. */
  readonly fingerprint: string;
  /** The answer shows a secret: what is kept of it can be read with the master key alone. */
  readonly confidential: boolean;
}

export interface Replay {
  readonly answer: Answer;
  readonly firstSeenAt: Instant;
}

interface KeyRow {
  readonly fingerprint: string;
  readonly state: 'started' | 'finished';
  readonly locked_until: Instant;
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: StoredBody | null;
  readonly first_seen_at: Instant;
}

type StoredBody = { readonly value?: unknown } | { readonly sealed: string };

export class IdempotencyKeys {
  constructor(
    private readonly database: Database,
    private readonly wallClock: WallClock,
    private readonly vault: Vault,
  ) {}

  /** A claim to work under, or what was answered before. Throws `idempotency.in_progress`, `idempotency.key_reused`. */
  async claim(owner: KeyOwner, respond: (value: unknown) => Answer): Promise<KeyClaim | Replay> {
    const now = this.wallClock.nowMs();
    const lockedUntil = instantAt(now + LEASE_MS);
    const inserted = await rowsOf(
      this.database.knex,
      `insert into platform.idempotency_keys (scope, key, fingerprint, state, locked_until, first_seen_at)
       values (:scope, :key, :fingerprint, 'started', :lockedUntil, :now)
       on conflict do nothing
       returning key`,
      { ...owner, lockedUntil, now: instantAt(now) },
    );
    if (inserted.length > 0) return new KeyClaim(this.database, this.vault, owner, lockedUntil, respond);
    return this.meet(owner, lockedUntil, respond);
  }

  /** Forgets keys older than the retention; natural keys (event ids, transaction ids) are kept for ever elsewhere. */
  async prune(olderThan: Instant): Promise<number> {
    const rows = await rowsOf(
      this.database.knex,
      `delete from platform.idempotency_keys
       where ctid = any(array(select ctid from platform.idempotency_keys where first_seen_at < :olderThan limit 5000))
       returning 1`,
      { olderThan },
    );
    return rows.length;
  }

  private async meet(
    owner: KeyOwner,
    lockedUntil: Instant,
    respond: (value: unknown) => Answer,
  ): Promise<KeyClaim | Replay> {
    const [row] = await rowsOf<KeyRow>(
      this.database.knex,
      `select fingerprint, state, locked_until, status, headers, body, first_seen_at
       from platform.idempotency_keys where scope = :scope and key = :key`,
      { ...owner },
    );
    if (row === undefined) throw inProgress(); // released this moment: the caller's next try will find it free
    if (row.fingerprint !== owner.fingerprint) {
      throw new AppError(
        'refused',
        'idempotency.key_reused',
        'this Idempotency-Key was used for another request; take a new one',
      );
    }
    if (row.state === 'finished') {
      const answer = {
        status: row.status ?? 200,
        headers: row.headers ?? {},
        ...(row.body && { body: this.opened(row.body, owner) }),
      };
      return { answer, firstSeenAt: row.first_seen_at };
    }
    if (row.locked_until > instantAt(this.wallClock.nowMs())) throw inProgress();
    const taken = await rowsOf(
      this.database.knex,
      `update platform.idempotency_keys set locked_until = :lockedUntil
       where scope = :scope and key = :key and state = 'started' and locked_until = :stale
       returning key`,
      { ...owner, lockedUntil, stale: row.locked_until },
    );
    if (taken.length === 0) throw inProgress();
    return new KeyClaim(this.database, this.vault, owner, lockedUntil, respond);
  }

  private opened(body: StoredBody, owner: KeyOwner): unknown {
    return 'sealed' in body ? (JSON.parse(this.vault.open(body.sealed, sealOf(owner))) as unknown) : body.value;
  }
}

/** Names the row, so that a sealed answer cannot be moved to a key of somebody else. */
const sealOf = ({ scope, key }: KeyOwner): string => `platform.idempotency_keys/${scope}/${key}`;

const inProgress = (): AppError =>
  new AppError(
    'conflict',
    'idempotency.in_progress',
    'a request with this Idempotency-Key is at work; ask again shortly',
    {
      retryAfterSeconds: 1,
    },
  );

/** A key in our hands. Whoever lost the lease meanwhile cannot finish, and the effect rolls back with it. */
export class KeyClaim implements Claim {
  /** What was answered, once it is on disk. */
  private stored: Answer | undefined;
  private written: Answer | undefined;

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly owner: KeyOwner,
    private readonly lockedUntil: Instant,
    private readonly respond: (value: unknown) => Answer,
  ) {}

  async writeWithin(trx: Knex, value: unknown): Promise<void> {
    if (this.stored !== undefined) return;
    this.written = this.respond(value);
    await this.write(trx, this.written);
  }

  committed(): void {
    this.stored ??= this.written;
  }

  /** For work without a transaction of its own, and for refusals. */
  async finish(answer: Answer): Promise<void> {
    if (this.stored !== undefined) return;
    await this.write(this.database.knex, answer);
    this.stored = answer;
  }

  async release(): Promise<void> {
    if (this.stored !== undefined) return;
    await rowsOf(
      this.database.knex,
      `delete from platform.idempotency_keys where scope = :scope and key = :key and locked_until = :lockedUntil and state = 'started'`,
      { ...this.owner, lockedUntil: this.lockedUntil },
    );
  }

  /**
   * The answer is written with the transaction, from the transaction's value; so a handler must return that value. One
   * that does not would answer one thing first and another when replayed.
   */
  mustHaveStored(answer: Answer): void {
    if (this.stored !== undefined && digest(this.stored.body ?? null) === digest(answer.body ?? null)) return;
    throw new Error(`the handler of ${this.owner.scope} does not return what its transaction returned`);
  }

  private async write(db: Knex, { status, headers = {}, body }: Answer): Promise<void> {
    const rows = await rowsOf(
      db,
      `update platform.idempotency_keys
       set state = 'finished', status = :status, headers = :headers::json, body = :body::json
       where scope = :scope and key = :key and locked_until = :lockedUntil and state = 'started'
       returning key`,
      {
        scope: this.owner.scope,
        key: this.owner.key,
        lockedUntil: this.lockedUntil,
        status,
        headers: JSON.stringify(headers),
        body: body === undefined ? null : this.kept(body),
      },
    );
    if (rows.length === 0) throw inProgress();
  }

  private kept(body: unknown): string {
    if (!this.owner.confidential) return jsonTextOf({ value: body });
    return JSON.stringify({ sealed: this.vault.seal(jsonTextOf(body), sealOf(this.owner)) });
  }
}
