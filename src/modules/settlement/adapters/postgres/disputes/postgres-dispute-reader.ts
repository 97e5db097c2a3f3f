import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import type { Month } from '../../../../../shared/calendar.ts';
import { Money } from '../../../../../shared/money.ts';
import { type Page, pageOf, type PageRequest } from '../../../../../shared/page.ts';
import type { Dispute } from '../../../domain/disputes/dispute.ts';
import type { ProgramDisputeTerms } from '../../../domain/disputes/dispute-terms.ts';
import type { DisputeId, PayoutId } from '../../../index.ts';
import type {
  DetailedDispute,
  DisputeFilter,
  DisputeReader,
  DueAdjustment,
  Reserve,
  ReservesOfPartner,
  StatementLineFound,
} from '../../../ports/disputes.ts';
import {
  type DisputeRow,
  type DueRow,
  type EntryRow,
  type ResolutionRow,
  type SnapshotRow,
  toDispute,
  toDue,
  toEntry,
  toResolution,
  toSnapshot,
} from './dispute-rows.ts';
import { disputeTermsOf } from './postgres-disputes.ts';

interface LineFoundRow {
  readonly statement_id: string | null;
  readonly closed_at: Instant | null;
  readonly period: Month;
  readonly purpose: string;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly effective_at: Instant;
}

interface OddRow {
  readonly subject: string;
  readonly said: bigint | null;
  readonly due: bigint | null;
  readonly booked: string | null;
}

interface OwnerRow {
  readonly program_id: string;
  readonly partner_id: string;
  readonly minor: string;
}

/** Adds to what is reserved, or takes from it. */
const SIGNED = `sum(case purpose when 'dispute_open' then amount_minor else -amount_minor end)`;

export class PostgresDisputeReader implements DisputeReader {
  constructor(private readonly db: Knex) {}

  async find(id: DisputeId): Promise<DetailedDispute | undefined> {
    const key = { id: toUuid(id) };
    const of = <Row extends object>(table: string, order: string): Promise<readonly Row[]> =>
      rowsOf<Row>(this.db, `select * from settlement.${table} where dispute_id = :id order by ${order}`, key);
    const [row] = await rowsOf<DisputeRow>(this.db, `select * from settlement.disputes where id = :id`, key);
    if (row === undefined) return undefined;
    return {
      dispute: toDispute(row),
      entries: (await of<EntryRow>('dispute_entries', 'n')).map(toEntry),
      resolutions: (await of<ResolutionRow>('dispute_resolutions', 'round')).map(toResolution),
      snapshots: (await of<SnapshotRow>('dispute_snapshots', 'round')).map(toSnapshot),
    };
  }

  async page(request: PageRequest, filter: DisputeFilter): Promise<Page<Dispute>> {
    const asked = conditionsOf(request, filter).filter(({ value }) => value !== undefined);
    const rows = await rowsOf<DisputeRow>(
      this.db,
      `select * from settlement.disputes
       ${asked.length === 0 ? '' : `where ${asked.map(({ sql }) => sql).join(' and ')}`}
       order by id
       limit :limit`,
      { ...Object.fromEntries(asked.map(({ name, value }) => [name, value])), limit: request.limit + 1 },
    );
    return pageOf(rows.map(toDispute), request, ({ id }) => [id]);
  }

  terms(programId: Id<'prg'>): Promise<ProgramDisputeTerms | undefined> {
    return disputeTermsOf(this.db, programId);
  }

  async isAnyOverdue(now: Instant): Promise<boolean> {
    const [row] = await rowsOf<{ due: boolean }>(
      this.db,
      `select exists (select from settlement.disputes where due_at is not null and due_at <= :now) as due`,
      { now },
    );
    return row?.due ?? false;
  }

  async dueAdjustments(limit: number): Promise<readonly DueAdjustment[]> {
    const rows = await rowsOf<DueRow>(
      this.db,
      `select
         due.*, disputes.program_id, disputes.partner_id, disputes.kind, disputes.order_id, disputes.order_ref,
         disputes.commission_id, disputes.statement_of_it, disputes.payout_id
       from settlement.dispute_resolutions as due
       join settlement.disputes on disputes.id = due.dispute_id
       where due.adjustment_id is not null and due.adjusted_at is null
       order by due.resolved_at, due.dispute_id
       limit :limit`,
      { limit },
    );
    return rows.map(toDue);
  }

  async statementLines(commissionId: Id<'com'>): Promise<readonly StatementLineFound[]> {
    const rows = await rowsOf<LineFoundRow>(
      this.db,
      `select
         statements.id as statement_id, statements.closed_at, bookings.period, bookings.purpose, bookings.amount_minor,
         bookings.currency, bookings.effective_at
       from settlement.bookings
       left join settlement.statements using (program_id, partner_id, period)
       where bookings.commission_id = :id
       order by bookings.effective_at, bookings.seq`,
      { id: toUuid(commissionId) },
    );
    return rows.map(toLineFound);
  }

  bankHistory(payoutId: PayoutId): Promise<readonly object[]> {
    return rowsOf(
      this.db,
      `select
         account, statement_id as "statementId", ref, direction, status, verdict, return_reason as "returnReason",
         amount_minor::text as minor, currency, booked_at as "bookedAt"
       from settlement.bank_lines
       where payout_id = :id
       order by booked_at, ref`,
      { id: toUuid(payoutId) },
    );
  }

  async oddReserves(): Promise<readonly Reserve[]> {
    const rows = await rowsOf<OddRow>(
      this.db,
      `with reserves as (
         select
           disputes.subject, disputes.reserved_minor as said,
           case
             when disputes.due_at is not null then disputes.claimed_minor - disputes.granted_minor
             when due.round is not null then disputes.claimed_minor - disputes.granted_minor + due.granted_minor
             else 0
           end as due
         from settlement.disputes
         left join settlement.dispute_resolutions as due on due.dispute_id = disputes.id
           and due.round = disputes.round and due.adjustment_id is not null and due.adjusted_at is null
       ),
       booked as (
         select subject, ${SIGNED} as minor
         from settlement.bookings where purpose in ('dispute_open', 'dispute_close')
         group by subject
       )
       select coalesce(reserves.subject, booked.subject) as subject, said, due, booked.minor::text as booked
       from reserves
       full join booked on booked.subject = reserves.subject
       where said is distinct from due or coalesce(booked.minor, 0) is distinct from said
       order by 1
       limit 100`,
    );
    return rows.map(({ subject, said, due, booked }) => ({
      disputeId: subject,
      said: said ?? 0n,
      due: due ?? 0n,
      booked: BigInt(booked ?? 0),
    }));
  }

  async reservesOfPartners(limit: number, after?: ReservesOfPartner): Promise<readonly ReservesOfPartner[]> {
    const rows = await rowsOf<OwnerRow>(
      this.db,
      `select program_id, partner_id, ${SIGNED}::text as minor
       from settlement.bookings
       where purpose in ('dispute_open', 'dispute_close') and posted_at is not null
         ${after === undefined ? '' : 'and (program_id, partner_id) > (:programId::uuid, :partnerId::uuid)'}
       group by program_id, partner_id
       order by program_id, partner_id
       limit :limit`,
      { limit, ...(after && { programId: toUuid(after.programId), partnerId: toUuid(after.partnerId) }) },
    );
    return rows.map(({ program_id, partner_id, minor }) => ({
      programId: fromUuid('prg', program_id),
      partnerId: fromUuid('par', partner_id),
      minor: BigInt(minor),
    }));
  }
}

interface Condition {
  readonly sql: string;
  readonly name: string;
  readonly value: unknown;
}

const conditionsOf = (
  { after }: PageRequest,
  { programId, partnerId, kind, state, isOpen }: DisputeFilter,
): readonly Condition[] => [
  { sql: 'program_id = :programId', name: 'programId', value: programId && toUuid(programId) },
  { sql: 'partner_id = :partnerId', name: 'partnerId', value: partnerId && toUuid(partnerId) },
  { sql: 'kind = :kind', name: 'kind', value: kind },
  { sql: 'state = :state', name: 'state', value: state },
  { sql: '(due_at is not null) = :isOpen', name: 'isOpen', value: isOpen },
  { sql: 'id > :after', name: 'after', value: after && toUuid(parseId('dsp', after[0] ?? '')) },
];

const toLineFound = (row: LineFoundRow): StatementLineFound => ({
  statementId: row.statement_id === null ? undefined : fromUuid('stm', row.statement_id),
  closedAt: row.closed_at ?? undefined,
  period: row.period,
  purpose: row.purpose,
  amount: Money.of(row.amount_minor, row.currency).toJSON(),
  effectiveAt: row.effective_at,
});
