/** Settlement on a database of its own, with payouts that were sent, and nothing heard of them. */
import { rowsOf } from '../../src/infrastructure/postgres/database.ts';
import { Iso20022Files } from '../../src/modules/settlement/adapters/iso20022/iso-20022-files.ts';
import { PostgresReconciliationReader } from '../../src/modules/settlement/adapters/postgres/reconciliation/postgres-reconciliation-reader.ts';
import { settlementStores } from '../../src/modules/settlement/adapters/postgres/settlement-stores.ts';
import { PostBookings } from '../../src/modules/settlement/application/books/post-bookings.ts';
import { AccountMarks } from '../../src/modules/settlement/application/reconciliation/account-marks.ts';
import { FindOverdue } from '../../src/modules/settlement/application/reconciliation/find-overdue.ts';
import { ImportBankStatement } from '../../src/modules/settlement/application/reconciliation/import-bank-statement.ts';
import { MatchOpenLines } from '../../src/modules/settlement/application/reconciliation/match-open-lines.ts';
import { inPieces } from '../../src/shared/in-pieces.ts';
import { toUuid } from '../../src/shared/ids.ts';
import { at } from '../../test/support/clock.ts';
import type { TestDatabase } from '../../test/support/database.ts';
import { ledgerOn } from '../../test/support/ledger.ts';
import { GlassVault, programId } from '../../test/support/settlement-story.ts';
import { SettlingPartners } from '../../test/support/settling-partners.ts';
import { postgresTransaction } from '../../test/support/transaction.ts';
import { ACCOUNT, NOW, type PlantedPayout } from './planted.ts';

export const reconcilingOn = (database: TestDatabase) => {
  const clock = at(NOW);
  const settlement = database.as('settlement');
  const transaction = postgresTransaction(settlement, settlementStores);
  const reader = new PostgresReconciliationReader(settlement.knex);
  const partners = new SettlingPartners();
  const marks = new AccountMarks(new GlassVault());
  const { ledger } = ledgerOn(database, NOW);
  return {
    reader,
    imports: new ImportBankStatement(transaction, new Iso20022Files(), reader, partners, marks, clock),
    match: new MatchOpenLines(transaction, reader, partners, marks, clock),
    overdue: new FindOverdue(transaction, reader, clock),
    post: new PostBookings(transaction, ledger, clock),
  };
};

const PIECE = 20_000;

/** Straight into the tables: how they came to be paid is measured elsewhere. */
export const store = async ({ owner }: TestDatabase, payouts: readonly PlantedPayout[]): Promise<void> => {
  const program = toUuid(programId);
  const run = (sql: string, values: Readonly<Record<string, unknown>> = {}) =>
    rowsOf(owner.knex, sql, { program, ...values });
  await run(
    `insert into settlement.books (program_id, currency, time_zone, last_number, opened_at)
     values (:program, 'BRL', 'UTC', 0, '2018-01-01')`,
  );
  await run(
    `insert into settlement.periods (program_id, period, state, from_at, until_at, closed_by, began_at, statements, closed_at)
     values (:program, '2018-02', 'closed', '2018-02-01', '2018-03-01', 'bench', '2018-03-01', 0, '2018-03-01')`,
  );
  await run(
    `insert into settlement.bank_accounts (number, program_id, is_current, holder, scheme, bank_scheme, bank_code, town, country)
     values (:account, :program, true, 'Shop', 'domestic', 'domestic', 'B', 'Town', 'BR')`,
    { account: ACCOUNT },
  );
  await run(
    `insert into settlement.payout_batches (id, program_id, period, currency, state, closed_by, created_at, rail, approved_by, approved_at, submitted_at)
     select id, :program, '2018-02', 'BRL', 'submitted', 'bench', '2018-03-01', 'bank', 'boss', '2018-03-01', '2018-03-01' from unnest(:ids::uuid[]) as id`,
    { ids: [...new Set(payouts.map(({ batchId }) => toUuid(batchId)))] },
  );
  for (const piece of inPieces(payouts, PIECE)) {
    await run(
      `insert into settlement.payouts (
         id, batch_id, program_id, partner_id, period, amount_minor, currency, state, created_at, submitted_at,
         cleared_by_batch
       )
       select id, batch, :program, partner, '2018-02', minor, 'BRL', 'submitted', '2018-03-01', sent, true
       from unnest(:ids::uuid[], :batches::uuid[], :partners::uuid[], :minors::bigint[], :sent::timestamptz[])
         as new (id, batch, partner, minor, sent)`,
      {
        ids: piece.map(({ id }) => toUuid(id)),
        batches: piece.map(({ batchId }) => toUuid(batchId)),
        partners: piece.map(({ partnerId }) => toUuid(partnerId)),
        minors: piece.map(({ minor }) => minor.toString()),
        sent: piece.map(({ submittedAt }) => submittedAt),
      },
    );
  }
  await run(`insert into settlement.allocations (payout_id, commission_id, amount_minor)
    select id, gen_random_uuid(), amount_minor from settlement.payouts`);
  await run('analyze settlement.payouts');
};
