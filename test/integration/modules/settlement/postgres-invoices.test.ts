import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { settlementStores } from '../../../../src/modules/settlement/adapters/postgres/settlement-stores.ts';
import { begunRun } from '../../../../src/modules/settlement/domain/invoices/invoice-run.ts';
import { begunIssueRun } from '../../../../src/modules/settlement/domain/invoices/issue-run.ts';
import type { MonthRefusal, MonthRun } from '../../../../src/modules/settlement/domain/invoices/month-run.ts';
import type { MonthRuns } from '../../../../src/modules/settlement/ports/month-runs.ts';
import type { SettlementStores } from '../../../../src/modules/settlement/ports/settlement-stores.ts';
import { idOf } from '../../../support/clock.ts';
import { invoiceContract } from '../../../support/contracts/invoice-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { noonOf, programId } from '../../../support/settlement-story.ts';
import { eventually, latch } from '../../../support/signals.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

describe('the PostgreSQL store of invoices', () => {
  const database = withDatabase();
  const onDatabase = () => postgresTransaction<SettlementStores>(database().as('settlement'), settlementStores);

  invoiceContract(() => Promise.resolve(onDatabase()));

  it('draws each number once, however many draw at the same time', async () => {
    const db = onDatabase();

    const drawn = await Promise.all(
      Array.from({ length: 20 }, () => db.run(({ invoices }) => invoices.nextNumber(idOf('par', 3)))),
    );

    expect(drawn.toSorted((a, b) => a - b)).to.deep.equal(Array.from({ length: 20 }, (_, n) => n + 1));
  });

  it('lets nobody else draft the first invoice of a statement meanwhile, though there is no row to wait for', async () => {
    const db = onDatabase();
    const { knex } = database().owner;
    const both = latch(2);
    const began = latch(2);
    const first = db.run(async ({ invoices }) => {
      await invoices.ofStatement(idOf('stm', 1));
      await began.arrive();
      await both.arrive();
    });
    await began.arrive();

    const second = db.run(({ invoices }) => invoices.ofStatement(idOf('stm', 1)));
    await eventually('the second waits', async () => {
      const waiting = `select from pg_locks join pg_stat_activity using (pid)
                       where not granted and datname = current_database()`;
      return (await rowsOf(knex, waiting)).length > 0;
    });
    await both.arrive();

    await first;
    expect(await second).to.be.empty;
  });

  const asked = { by: 'desk', at: noonOf('04-01') };
  for (const [what, runsOf, begun] of [
    ['drafting', ({ invoiceRuns }: SettlementStores) => invoiceRuns, begunRun(programId, '2018-03', asked)],
    ['issuing', ({ issueRuns }: SettlementStores) => issueRuns, begunIssueRun(programId, '2018-03', asked)],
  ] as const)
    it(`begins the ${what} of a month once: whoever asks second waits, and sees what the first began`, async () => {
      const db = onDatabase();
      const { knex } = database().owner;
      const both = latch(2);
      const began = latch(2);
      const first = db.run(async (stores) => {
        const runs = runsOf(stores) as MonthRuns<MonthRun, MonthRefusal>;
        await runs.run(programId, '2018-03');
        await began.arrive();
        await both.arrive();
        await runs.save(begun);
      });
      await began.arrive();

      let isThrough = false;
      const second = db
        .run((stores) => (runsOf(stores) as MonthRuns<MonthRun, MonthRefusal>).run(programId, '2018-03'))
        .finally(() => {
          isThrough = true;
        });
      await eventually('the second waits, or is through', async () => {
        const waiting = `select from pg_locks join pg_stat_activity using (pid)
                         where not granted and datname = current_database()`;
        return isThrough || (await rowsOf(knex, waiting)).length > 0;
      });
      await both.arrive();

      await first;
      expect(await second).to.include(begun);
    });

  it('lets nobody change what is issued, nor take it away', async () => {
    const { knex } = database().owner;
    await rowsOf(
      knex,
      `insert into settlement.books (program_id, currency, time_zone, opened_at)
       values ('00000000-0000-7000-8000-000000000009', 'EUR', 'UTC', now()) on conflict do nothing`,
    );
    const id = '00000000-0000-7000-8000-0000000000aa';
    await rowsOf(
      knex,
      `insert into settlement.periods (program_id, period, state, from_at, until_at, closed_by, began_at)
       values ('00000000-0000-7000-8000-000000000009', '2018-05', 'closing', '2018-05-01', '2018-06-01', 'x', now())`,
    );
    await rowsOf(
      knex,
      `insert into settlement.statements
         (id, number, program_id, partner_id, period, currency, opening_minor, closing_minor, line_count, digest, closed_at)
       values ('${id}', 1, '00000000-0000-7000-8000-000000000009', '${id}', '2018-05', 'EUR', 0, 0, 0,
         decode(repeat('ab', 32), 'hex'), now())`,
    );
    await rowsOf(
      knex,
      `insert into settlement.invoices
         (id, statement_id, program_id, partner_id, period, kind, state, content, drafted_at, number, issued_at, digest)
       values ('${id}', '${id}', '00000000-0000-7000-8000-000000000009', '${id}', '2018-05', 'invoice', 'issued', '{}',
         now(), 1, now(), decode(repeat('ab', 32), 'hex'))`,
    );
    const codeOf = (sql: string): Promise<unknown> =>
      rowsOf(knex, sql).then(
        () => 'done',
        (error: unknown) => (error as { readonly code: unknown }).code,
      );

    expect(await codeOf(`update settlement.invoices set content = '{"net": 1}' where id = '${id}'`)).to.equal('23001');
    expect(await codeOf(`update settlement.invoices set number = 2 where id = '${id}'`)).to.equal('23001');
    expect(await codeOf(`delete from settlement.invoices where id = '${id}'`)).to.equal('23001');
    expect(await codeOf(`update settlement.invoices set state = 'accepted' where id = '${id}'`)).to.equal('done');
  });
});
