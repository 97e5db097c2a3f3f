import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../../shared/ids.ts';
import { FLOWS, type Place, PURPOSES, type Purpose } from '../../../domain/books/purpose.ts';
import type { PayoutId } from '../../../index.ts';
import type { BankPosition, SettledCommission } from '../../../ports/reconciliation-reader.ts';

/** What a line of the bank has told us, or told us and was corrected. */
const TOLD: readonly Purpose[] = ['settle', 'return', 'fee', 'park_in', 'park_out'];

const listed = (purposes: readonly Purpose[]): string => purposes.map((purpose) => `'${purpose}'`).join(', ');
const touching = (side: 'debit' | 'credit', places: readonly Place[]): readonly Purpose[] =>
  PURPOSES.filter((purpose) => places.includes(FLOWS[purpose][side]));

const BANK: readonly Place[] = ['bank'];
const UNTOLD_IN = listed(touching('debit', BANK).filter((purpose) => !TOLD.includes(purpose)));
const UNTOLD_OUT = listed(touching('credit', BANK).filter((purpose) => !TOLD.includes(purpose)));
/** The other side of what changes money from one account to another. */
const HOME_IN = listed(touching('debit', ['home_bank']));
const HOME_OUT = listed(touching('credit', ['home_bank']));

/** What we have booked on the bank's accounts for reasons that no line told, but for what a line has confirmed since. */
const MOVED_BY_US = `select program_id, coalesce(counter_currency, currency) as currency,
    coalesce(counter_minor, amount_minor) * case when mirrored then -1 else 1 end
      * case when purpose in (${UNTOLD_IN}) then 1 else -1 end as ours
  from settlement.bookings
  where purpose in (${UNTOLD_IN}, ${UNTOLD_OUT})
  union all
  select program_id, currency,
    amount_minor * case when mirrored then -1 else 1 end * case when purpose in (${HOME_IN}) then 1 else -1 end
  from settlement.bookings
  where purpose in (${HOME_IN}, ${HOME_OUT})
  union all
  select program_id, currency, case expected_direction when 'debit' then amount_minor else -amount_minor end
  from settlement.matches
  where action = 'confirm' and state in ('made', 'undo_proposed')`;

interface PositionRow {
  readonly program_id: string;
  readonly currency: string;
  readonly own_currency: string;
  readonly bank: string;
  readonly ours: string;
  readonly suspense: string;
}

/** Of each program and currency in which a bank has told of anything. */
export const positionsOf = async (db: Knex): Promise<readonly BankPosition[]> => {
  const rows = await rowsOf<PositionRow>(
    db,
    `with told as (
       select program_id, lines.currency,
         sum(case direction when 'credit' then amount_minor else -amount_minor end) as bank
       from settlement.bank_lines as lines
       join settlement.bank_statements using (account, statement_id)
       where status = 'booked' and lines.id is not null
       group by program_id, lines.currency
     ), untold as (
       select program_id, currency, sum(ours) as ours
       from (
         ${MOVED_BY_US}
       ) as moved
       group by program_id, currency
     ), standing as (
       select suspense.program_id, lines.currency,
         sum(case direction when 'credit' then amount_minor else -amount_minor end) as suspense
       from settlement.suspense
       join settlement.bank_lines as lines on lines.id = suspense.line_id
       where suspense.state = 'open'
       group by suspense.program_id, lines.currency
     )
     select told.program_id, told.currency, books.currency as own_currency, told.bank::text as bank,
       coalesce(untold.ours, 0)::text as ours, coalesce(standing.suspense, 0)::text as suspense
     from told
     join settlement.books on books.program_id = told.program_id
     left join untold on untold.program_id = told.program_id and untold.currency = told.currency
     left join standing on standing.program_id = told.program_id and standing.currency = told.currency
     order by told.program_id, told.currency`,
  );
  return rows.map((row) => ({
    programId: fromUuid('prg', row.program_id),
    ...(row.currency !== row.own_currency && { pot: row.currency }),
    currency: row.currency,
    bank: BigInt(row.bank),
    ours: BigInt(row.ours),
    suspense: BigInt(row.suspense),
  }));
};

const COSTS = listed(touching('debit', ['expense']));
const SAVES = listed(touching('credit', ['expense']));

interface SettledRow {
  readonly id: string;
  readonly booked: string;
  readonly unposted: string;
  readonly paid: string;
}

export const settledOf = async (
  db: Knex,
  commissionIds: readonly Id<'com'>[],
): Promise<readonly SettledCommission[]> => {
  const rows = await rowsOf<SettledRow>(
    db,
    `with asked as (select unnest(:ids::uuid[]) as id),
     booked as (
       select commission_id as id, sum(cost) as booked, coalesce(sum(cost) filter (where posted_at is null), 0) as unposted
       from (
         select commission_id, posted_at,
           case when mirrored then -amount_minor else amount_minor end
             * case when purpose in (${COSTS}) then 1 when purpose in (${SAVES}) then -1 else 0 end as cost
         from settlement.bookings
         where commission_id = any(:ids) and adjustment_id is null
       ) as costs
       group by commission_id
     ), paid as (
       select commission_id as id, sum(allocations.amount_minor) as paid
       from settlement.allocations
       join settlement.payouts on payouts.id = payout_id
       where commission_id = any(:ids) and payouts.state = 'settled'
       group by commission_id
     )
     select asked.id, coalesce(booked, 0)::text as booked, coalesce(unposted, 0)::text as unposted,
       coalesce(paid, 0)::text as paid
     from asked
     left join booked using (id)
     left join paid using (id)
     order by asked.id`,
    { ids: commissionIds.map(toUuid) },
  );
  return rows.map((row) => ({
    commissionId: fromUuid('com', row.id),
    booked: BigInt(row.booked),
    unposted: BigInt(row.unposted),
    paid: BigInt(row.paid),
  }));
};

/** A statement that was imported before matches were kept says of its lines which payout each settled. */
export const unbackedIn = async (db: Knex): Promise<readonly PayoutId[]> => {
  const rows = await rowsOf<{ id: string }>(
    db,
    `with matched as (
       select unnest(payout_ids) as id from settlement.matches
       where action = 'settle' and state in ('made', 'undo_proposed')
     )
     select payouts.id
     from settlement.payouts
     where state = 'settled'
       and not exists (select 1 from matched where matched.id = payouts.id)
       and not exists (
         select 1 from settlement.bank_lines as lines where lines.payout_id = payouts.id and lines.verdict = 'settle'
       )
       and not exists (select 1 from settlement.rail_payments as sent where sent.payout_id = payouts.id)
     order by payouts.id
     limit 100`,
  );
  return rows.map(({ id }) => fromUuid('pay', id));
};
