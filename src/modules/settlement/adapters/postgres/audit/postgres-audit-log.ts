import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { malformedCursor, type Page, pageOf, type PageRequest } from '../../../../../shared/page.ts';
import type { Attestation } from '../../../domain/audit/attestation.ts';
import type { PromiseState, Watched } from '../../../domain/audit/watch.ts';
import type { AuditLog } from '../../../ports/audit-log.ts';
import { HOUSE } from '../payouts/freeze-rows.ts';

interface WatchedRow {
  readonly promise: string;
  readonly state: PromiseState;
  readonly since: Instant;
  readonly looked_at: Instant;
  readonly took_ms: number;
  readonly looks: bigint;
  readonly in_a_row: number;
  readonly findings: readonly string[];
  readonly failure: string | null;
}

interface AttestationRow {
  readonly content: Attestation;
}

const WHOLE = /^[1-9]\d{0,8}$/;

export class PostgresAuditLog implements AuditLog {
  constructor(private readonly db: Knex) {}

  async watched(): Promise<readonly Watched[]> {
    const rows = await rowsOf<WatchedRow>(this.db, `select * from settlement.watched_promises order by promise`);
    return rows.map(({ looked_at, took_ms, in_a_row, looks, failure, ...row }) => ({
      ...row,
      lookedAt: looked_at,
      tookMs: took_ms,
      inARow: in_a_row,
      looks: Number(looks),
      failure: failure ?? undefined,
    }));
  }

  async save({ promise, state, since, lookedAt, tookMs, looks, inARow, findings, failure }: Watched): Promise<void> {
    const values = { promise, state, since, lookedAt, tookMs, looks, inARow };
    await rowsOf(
      this.db,
      `insert into settlement.watched_promises
         (promise, state, since, looked_at, took_ms, looks, in_a_row, findings, failure)
       values (:promise, :state, :since, :lookedAt, :tookMs, :looks, :inARow, :findings::jsonb, :failure)
       on conflict (promise) do update set
         state = excluded.state, since = excluded.since, looked_at = excluded.looked_at, took_ms = excluded.took_ms,
         looks = excluded.looks, in_a_row = excluded.in_a_row, findings = excluded.findings, failure = excluded.failure`,
      { ...values, findings: JSON.stringify(findings), failure: failure ?? null },
    );
  }

  async payoutsFrozen(): Promise<boolean> {
    const rows = await rowsOf(
      this.db,
      `select id from settlement.payout_freezes where program_id = :house and state <> 'lifted' limit 1`,
      { house: HOUSE },
    );
    return rows.length > 0;
  }

  async last(): Promise<Attestation | undefined> {
    const [row] = await rowsOf<AttestationRow>(
      this.db,
      `select content from settlement.attestations order by number desc limit 1`,
    );
    return row?.content;
  }

  async add(attestation: Attestation): Promise<boolean> {
    const { number, at, holds, digest } = attestation;
    const rows = await rowsOf(
      this.db,
      `insert into settlement.attestations (number, at, holds, content, digest)
       values (:number, :at, :holds, :content::jsonb, decode(:digest, 'hex'))
       on conflict (number) do nothing
       returning number`,
      { number, at, holds, digest, content: JSON.stringify(attestation) },
    );
    return rows.length > 0;
  }

  async attestation(number: number): Promise<Attestation | undefined> {
    const [row] = await rowsOf<AttestationRow>(
      this.db,
      `select content from settlement.attestations where number = :number`,
      { number },
    );
    return row?.content;
  }

  async attestations(request: PageRequest): Promise<Page<Attestation>> {
    const [after] = request.after ?? [];
    if (after !== undefined && !WHOLE.test(after)) throw malformedCursor();
    const rows = await rowsOf<AttestationRow>(
      this.db,
      `select content from settlement.attestations
       where number < coalesce(:after::integer, 2147483647)
       order by number desc
       limit :limit`,
      { after: after ?? null, limit: request.limit + 1 },
    );
    return pageOf(
      rows.map(({ content }) => content),
      request,
      ({ number }) => [String(number)],
    );
  }
}
