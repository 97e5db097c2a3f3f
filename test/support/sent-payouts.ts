/** Payouts that were sent, and nothing heard of them, straight in the tables: how they came about is measured elsewhere. */
import { rowsOf } from '../../src/infrastructure/postgres/database.ts';
import { inPieces } from '../../src/shared/in-pieces.ts';
import { toUuid } from '../../src/shared/ids.ts';
import type { TestDatabase } from './database.ts';
import { programId } from './settlement-story.ts';

export interface SentPayout {
  readonly id: `pay_${string}`;
  readonly partnerId: `par_${string}`;
  readonly batchId: `bat_${string}`;
  readonly minor: bigint;
  readonly submittedAt: string;
}

const PIECE = 20_000;

export const storeSent = async (
  { owner }: TestDatabase,
  account: string,
  payouts: readonly SentPayout[],
): Promise<void> => {
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
    { account },
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
