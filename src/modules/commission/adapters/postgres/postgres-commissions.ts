import type { Knex } from 'knex';
import { uuids } from '../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Calculated } from '../../domain/explaining/explained.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';
import type { Credit } from '../../domain/life-cycle/credit.ts';
import type { PastStep } from '../../domain/life-cycle/history.ts';
import type { CommissionId } from '../../index.ts';
import type { Accepted, Commissions, Credits } from '../../ports/commissions.ts';
import {
  type CommissionRow,
  type CreditRow,
  LOCKABLE,
  toCommission,
  toCommissionRow,
  toCredit,
  toCreditRow,
  toStepRow,
} from './rows.ts';

/** What changes of a commission once it exists. */
const CHANGING = [
  'state',
  'held_from',
  'hold_reasons',
  'terms_id',
  'terms_version',
  'amount_minor',
  'vested_minor',
  'clawed_back_minor',
  'paid_minor',
  'vested_at',
  'locks_at',
  'locked_at',
  'settled_at',
  'paid_at',
  'ended_at',
  'end_reason',
  'allowed',
  'share',
  'holds',
  'adjusted_minor',
  'review_after_days',
  'reviewed_at',
  'review_at',
  'awaits_acceptance',
  'grounds',
] as const satisfies readonly (keyof CommissionRow)[];

/** What never does. */
const LASTING = [
  'id',
  'order_id',
  'order_ref',
  'program_id',
  'partner_id',
  'conversion_id',
  'generation',
  'currency',
  'accrued_at',
  'parent_id',
  'recruit_level',
  'recruit_percent',
] as const satisfies readonly (keyof CommissionRow)[];

const COLUMNS = [...LASTING, ...CHANGING].join(', ');

const CHANGING_OF_CREDITS = [
  'conversion_id',
  'partner_id',
  'decided_at',
  'decision',
  'verdict',
  'credits',
  'verdicts',
] as const satisfies readonly (keyof CreditRow)[];

/**
 * Columns by name: one that a later migration adds keeps its default. As `json`, which is read as it comes: to make `jsonb`
 * of the text first takes half as long again.
 */
const insertRecords = (table: string, [first = {}]: readonly object[]): string => {
  const columns = Object.keys(first).join(', ');
  return `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, :rows::json)`;
};

const overwritten = (columns: readonly string[]): string =>
  columns.map((column) => `${column} = excluded.${column}`).join(', ');

export class PostgresCommissions implements Commissions {
  constructor(private readonly db: Knex) {}

  // Always by id: two transactions that share commissions lock them in one order.

  async ofOrders(orderIds: readonly Id<'ord'>[]): Promise<readonly Commission[]> {
    const rows = await rowsOfOften<CommissionRow>(
      this.db,
      `select locked.*
       from (
         select own.id
         from (select distinct order_id from unnest(:orderIds::uuid[]) as order_id) as wanted
         cross join lateral (
           select id from commission.commissions where order_id = wanted.order_id offset 0
         ) as own
         order by own.id
       ) as wanted
       cross join lateral (
         select ${COLUMNS} from commission.commissions as own where own.id = wanted.id offset 0 for update
       ) as locked`,
      { orderIds: uuids(orderIds) },
    );
    return rows.map(toCommission);
  }

  async ofIds(commissionIds: readonly CommissionId[]): Promise<readonly Commission[]> {
    const rows = await rowsOf<CommissionRow>(
      this.db,
      `select * from commission.commissions where id = any(:ids) order by id for update`,
      { ids: commissionIds.map(toUuid) },
    );
    return rows.map(toCommission);
  }

  async dueToLock(now: Instant, limit: number): Promise<readonly Commission[]> {
    const rows = await rowsOf<CommissionRow>(
      this.db,
      `select * from commission.commissions
       where ${LOCKABLE} and locks_at <= :now
       order by locks_at, id
       limit :limit
       for update skip locked`,
      { now, limit },
    );
    return rows.map(toCommission);
  }

  async parentsOf(commissions: readonly Commission[]): Promise<readonly Commission[]> {
    const ids = commissions.flatMap(({ recruit }) => recruit?.parentId ?? []).map(toUuid);
    if (ids.length === 0) return [];
    const rows = await rowsOf<CommissionRow>(
      this.db,
      `select * from commission.commissions where id = any(:ids) order by id`,
      { ids },
    );
    return rows.map(toCommission);
  }

  /** Locks in one statement and looks in the next: only that sees what whoever held them before us has noted. */
  async awaitNoLonger({ programId, partnerId, termsId }: Accepted): Promise<void> {
    const held = await rowsOf<{ id: string }>(
      this.db,
      `select id from commission.commissions
       where state in ('vested', 'held') and order_id in (
         select order_id from commission.commissions
         where program_id = :programId and partner_id = :partnerId and terms_id = :termsId
           and state in ('vested', 'held')
       )
       order by id
       for update`,
      { programId: toUuid(programId), partnerId: toUuid(partnerId), termsId: toUuid(termsId) },
    );
    await rowsOf(
      this.db,
      `update commission.commissions set awaits_acceptance = null where id = any(:ids) and awaits_acceptance`,
      { ids: held.map(({ id }) => id) },
    );
  }

  async dueForReview(now: Instant, limit: number): Promise<readonly Commission[]> {
    const rows = await rowsOf<CommissionRow>(
      this.db,
      `select * from commission.commissions
       where state in ('estimated', 'pending', 'vesting') and parent_id is null and review_at <= :now
       order by review_at, id
       limit :limit
       for update skip locked`,
      { now, limit },
    );
    return rows.map(toCommission);
  }

  async save(commissions: readonly Commission[]): Promise<void> {
    if (commissions.length === 0) return;
    const rows = commissions.map(toCommissionRow);
    await rowsOfOften(
      this.db,
      `${insertRecords('commission.commissions', rows)} order by id
       on conflict (id) do update set ${overwritten(CHANGING)}`,
      { rows: JSON.stringify(rows) },
    );
  }

  async allow(commissionIds: readonly CommissionId[]): Promise<void> {
    if (commissionIds.length === 0) return;
    await rowsOf(this.db, 'update commission.commissions set allowed = true where id = any(:ids)', {
      ids: uuids(commissionIds),
    });
  }

  async record(steps: readonly PastStep[], at: Instant): Promise<void> {
    if (steps.length === 0) return;
    const rows = steps.map((step) => ({ ...toStepRow(step), recorded_at: at }));
    // A function gives its rows in the order of the list: so they are numbered.
    await rowsOfOften(this.db, insertRecords('commission.steps', rows), { rows: JSON.stringify(rows) });
  }

  async explain(calculated: readonly Calculated[], at: Instant): Promise<void> {
    if (calculated.length === 0) return;
    await rowsOfOften(
      this.db,
      `insert into commission.calculations (commission_id, kind, explanation, calculated_at)
       select commission_id, kind, explanation, :at
       from unnest(:ids::uuid[], :kinds::text[], :explanations::jsonb[])
         with ordinality as new (commission_id, kind, explanation, position)
       order by position`,
      {
        at,
        ids: calculated.map(({ commissionId }) => toUuid(commissionId)),
        kinds: calculated.map(({ kind }) => kind),
        explanations: calculated.map(({ explanation }) => JSON.stringify(explanation)),
      },
    );
  }
}

export class PostgresCredits implements Credits {
  constructor(private readonly db: Knex) {}

  async ofOrders(orderIds: readonly Id<'ord'>[]): Promise<readonly Credit[]> {
    const rows = await rowsOfOften<CreditRow>(
      this.db,
      `select locked.*
       from (select distinct order_id from unnest(:orderIds::uuid[]) as order_id order by order_id) as wanted
       cross join lateral (
         select order_id, ${CHANGING_OF_CREDITS.join(', ')}, program_id from commission.credits as own
         where own.order_id = wanted.order_id
         offset 0
         for update
       ) as locked`,
      { orderIds: uuids(orderIds) },
    );
    return rows.map(toCredit);
  }

  async save(credits: readonly Credit[]): Promise<void> {
    if (credits.length === 0) return;
    const rows = credits.map(toCreditRow);
    await rowsOfOften(
      this.db,
      `${insertRecords('commission.credits', rows)} order by order_id
       on conflict (order_id) do update
         set ${overwritten(CHANGING_OF_CREDITS)}`,
      { rows: JSON.stringify(rows) },
    );
  }
}
