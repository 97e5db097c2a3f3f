import type { Knex } from 'knex';
import { bigints, hexes, instants, texts, uuids } from '../../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { fromUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { Money } from '../../../../../shared/money.ts';
import { entryHash } from '../../../domain/reconciliation/kept-line.ts';
import type { BankLine, Line } from '../../../domain/reconciliation/reconciliation.ts';
import type { KeptLine } from '../../../ports/bank-stores.ts';

export interface LineRow {
  readonly id: string;
  readonly account: string;
  readonly statement_id: string;
  readonly ref: string;
  readonly end_to_end_id: string | null;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly direction: BankLine['direction'];
  readonly status: BankLine['status'];
  readonly booked_at: Instant;
  readonly return_reason: string | null;
  readonly value_on: string | null;
  readonly uetr: string | null;
  readonly batch_ref: string | null;
  readonly remittance: string | null;
  readonly counterparty: string | null;
  readonly charges_minor: bigint | null;
  readonly instructed_minor: bigint | null;
  readonly instructed_currency: string | null;
  readonly is_charge: boolean | null;
  /** Of suspense, where it stands or stood there. */
  readonly round: number | null;
}

/** What `toLine` reads, of `lines` joined with `suspense`. */
export const LINE_COLUMNS = `lines.id, lines.account, lines.statement_id, lines.ref, lines.end_to_end_id, lines.amount_minor,
  lines.currency, lines.direction, lines.status, lines.booked_at, lines.return_reason, lines.value_on::text as value_on,
  lines.uetr, lines.batch_ref, lines.remittance, lines.counterparty, lines.charges_minor, lines.instructed_minor,
  lines.instructed_currency, lines.is_charge, suspense.round`;

export const toLine = (row: LineRow): Line => ({
  id: fromUuid('lin', row.id),
  account: row.account,
  statementId: row.statement_id,
  round: row.round ?? 0,
  ref: row.ref,
  amount: Money.of(row.amount_minor, row.currency),
  direction: row.direction,
  status: row.status,
  bookedAt: row.booked_at,
  ...saidBeside(row),
});

const saidBeside = (row: LineRow): Partial<BankLine> => {
  const { charges_minor, instructed_minor, instructed_currency, currency } = row;
  const said = {
    endToEndId: row.end_to_end_id,
    returnReason: row.return_reason,
    valueOn: row.value_on,
    uetr: row.uetr,
    batchRef: row.batch_ref,
    remittance: row.remittance,
    counterparty: row.counterparty,
    charges: charges_minor === null ? null : Money.of(charges_minor, currency),
    instructed: instructed_minor === null ? null : Money.of(instructed_minor, instructed_currency ?? currency),
    isCharge: row.is_charge,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
};

const COLUMNS = `id, account, statement_id, ref, end_to_end_id, amount_minor, currency, direction, status, booked_at,
  return_reason, verdict, payout_id, value_on, uetr, batch_ref, remittance, counterparty, charges_minor,
  instructed_minor, instructed_currency, is_charge`;

export const addBankLines = async (db: Knex, kept: readonly KeptLine[]): Promise<void> => {
  if (kept.length === 0) return;
  await rowsOf(
    db,
    `insert into settlement.bank_lines (${COLUMNS}, entry_hash)
     select ${COLUMNS}, entry_hash
     from unnest(
       :ids::uuid[], :accounts::text[], :statements::text[], :refs::text[], :endToEndIds::text[], :minors::bigint[],
       :currencies::text[], :directions::text[], :statuses::text[], :booked::timestamptz[], :reasons::text[],
       :verdicts::text[], :payoutIds::uuid[], :valueOns::date[], :uetrs::text[], :batchRefs::text[],
       :remittances::text[], :counterparties::text[], :charges::bigint[], :instructed::bigint[],
       :instructedCurrencies::text[], :isCharges::boolean[], :hashes::bytea[]
     ) as new (${COLUMNS}, entry_hash)`,
    { ...factsOf(kept.map(({ line }) => line)), ...besideOf(kept.map(({ line }) => line)), ...judgedOf(kept) },
  );
};

const factsOf = (lines: readonly Line[]) => ({
  ids: uuids(lines.map(({ id }) => id)),
  accounts: texts(lines.map(({ account }) => account)),
  statements: texts(lines.map(({ statementId }) => statementId)),
  refs: texts(lines.map(({ ref }) => ref)),
  endToEndIds: texts(lines.map(({ endToEndId }) => endToEndId ?? null)),
  minors: bigints(lines.map(({ amount }) => amount.minor)),
  currencies: texts(lines.map(({ amount }) => amount.currency)),
  directions: texts(lines.map(({ direction }) => direction)),
  statuses: texts(lines.map(({ status }) => status)),
  booked: instants(lines.map(({ bookedAt }) => bookedAt)),
  reasons: texts(lines.map(({ returnReason }) => returnReason ?? null)),
  hashes: hexes(lines.map(entryHash)),
});

const besideOf = (lines: readonly Line[]) => ({
  valueOns: lines.map(({ valueOn }) => valueOn ?? null),
  uetrs: texts(lines.map(({ uetr }) => uetr ?? null)),
  batchRefs: texts(lines.map(({ batchRef }) => batchRef ?? null)),
  remittances: texts(lines.map(({ remittance }) => remittance ?? null)),
  counterparties: texts(lines.map(({ counterparty }) => counterparty ?? null)),
  charges: bigints(lines.map(({ charges }) => charges?.minor ?? null)),
  instructed: bigints(lines.map(({ instructed }) => instructed?.minor ?? null)),
  instructedCurrencies: texts(lines.map(({ instructed }) => instructed?.currency ?? null)),
  isCharges: lines.map(({ isCharge }) => isCharge ?? null),
});

const judgedOf = (kept: readonly KeptLine[]) => ({
  verdicts: texts(kept.map(({ verdict }) => verdict)),
  payoutIds: uuids(kept.map(({ payoutId }) => payoutId ?? null)),
});
