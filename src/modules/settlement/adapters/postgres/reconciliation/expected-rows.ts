import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { Money } from '../../../../../shared/money.ts';
import { type Expected, type ExpectedId, kindOfExpected } from '../../../domain/reconciliation/expected.ts';
import type { BankLine, Line } from '../../../domain/reconciliation/reconciliation.ts';

export interface ExpectedRow {
  readonly id: string;
  readonly kind: 'trade' | 'remittance';
  readonly direction: BankLine['direction'];
  readonly reference: string;
  readonly minor: bigint;
  readonly currency: string;
  readonly happened_at: Instant;
  readonly is_confirmed: boolean;
}

const MAX_EXPECTED = 5_000;
/** For which what was confirmed is still known, so that the same told twice is seen. */
const KNOWN_FOR_DAYS = 60;

/** What is booked before the bank tells of it, side by side, with the match that confirms it. */
export const SIDES = `(
    select id, 'trade' as kind, program_id, side.direction, reference, side.minor, side.currency, traded_at as happened_at
    from settlement.fx_trades
    cross join lateral (
      values ('debit', sold_minor, sold_currency), ('credit', bought_minor, bought_currency)
    ) as side (direction, minor, currency)
    where state = 'booked'
    union all
    select id, 'remittance', program_id, 'debit', reference, amount_minor, currency, decided_at
    from settlement.tax_remittances
    where state = 'approved'
  ) as sides
  left join settlement.matches as confirming on confirming.action = 'confirm'
    and confirming.expected_kind = sides.kind and confirming.expected_id = sides.id
    and confirming.expected_direction = sides.direction
    and confirming.state in ('made', 'undo_proposed')`;

const COLUMNS = `sides.*, confirming.id is not null as is_confirmed`;

export const expectedIdOf = (kind: 'trade' | 'remittance', uuid: string): ExpectedId =>
  kind === 'trade' ? fromUuid('fxt', uuid) : fromUuid('rmt', uuid);

const toExpected = (row: ExpectedRow): Expected => ({
  id: expectedIdOf(row.kind, row.id),
  direction: row.direction,
  reference: row.reference,
  amount: Money.of(row.minor, row.currency),
  happenedAt: row.happened_at,
  isConfirmed: row.is_confirmed,
});

/** All that is open, and what was confirmed about the time of the lines. */
export const expectedBy = async (
  db: Knex,
  programId: Id<'prg'>,
  lines: readonly Line[],
): Promise<readonly Expected[]> => {
  const days = lines.map(({ bookedAt }) => bookedAt).toSorted();
  const rows = await rowsOf<ExpectedRow>(
    db,
    `select ${COLUMNS}
     from ${SIDES}
     where sides.program_id = :programId
       and (
         confirming.id is null
         or happened_at between :first::timestamptz - interval '${KNOWN_FOR_DAYS} days'
           and :last::timestamptz + interval '${KNOWN_FOR_DAYS} days'
       )
     order by is_confirmed, happened_at desc, sides.id, direction
     limit ${MAX_EXPECTED}`,
    { programId: toUuid(programId), first: days[0] ?? null, last: days.at(-1) ?? null },
  );
  return rows.map(toExpected);
};

export const sidesById = async (db: Knex, programId: Id<'prg'>, id: ExpectedId): Promise<readonly Expected[]> => {
  await hold(db, [id]);
  const rows = await rowsOf<ExpectedRow>(
    db,
    `select ${COLUMNS} from ${SIDES}
     where sides.program_id = :programId and sides.id = :id and kind = :kind
     order by direction`,
    { programId: toUuid(programId), id: toUuid(id), kind: kindOfExpected(id) },
  );
  return rows.map(toExpected);
};

/** What is open is nobody else's from here on, and read once more: somebody may have been first. */
export const heldExpected = async (
  db: Knex,
  programId: Id<'prg'>,
  lines: readonly Line[],
): Promise<readonly Expected[]> => {
  const found = await expectedBy(db, programId, lines);
  const open = found.filter(({ isConfirmed }) => !isConfirmed);
  if (open.length === 0) return found;
  await hold(
    db,
    open.map(({ id }) => id),
  );
  return expectedBy(db, programId, lines);
};

const hold = async (db: Knex, ids: readonly ExpectedId[]): Promise<void> => {
  const uuids = ids.map(toUuid);
  for (const [table, state] of [
    ['fx_trades', 'booked'],
    ['tax_remittances', 'approved'],
  ] as const) {
    await rowsOf(
      db,
      `select 1 from settlement.${table} where id = any(:uuids) and state = '${state}' order by id for update`,
      { uuids },
    );
  }
};

export const lookAgainFor = async (db: Knex, programId: Id<'prg'>, sides: readonly Expected[]): Promise<void> => {
  if (sides.length === 0) return;
  await rowsOf(
    db,
    `with again as (
       select line_id
       from settlement.suspense
       join settlement.bank_lines as lines on lines.id = suspense.line_id
       join unnest(:directions::text[], :currencies::text[]) as side (direction, currency) using (direction, currency)
       where suspense.state = 'open' and suspense.program_id = :programId
       order by line_id
       for update of suspense
     )
     update settlement.suspense set looked_at = null from again where suspense.line_id = again.line_id`,
    {
      programId: toUuid(programId),
      directions: sides.map(({ direction }) => direction),
      currencies: sides.map(({ amount }) => amount.currency),
    },
  );
};
