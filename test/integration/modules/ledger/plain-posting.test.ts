import { expect } from 'chai';
import fc from 'fast-check';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { PostgresJournal } from '../../../../src/modules/ledger/adapters/postgres/postgres-journal.ts';
import { accountIdOf } from '../../../../src/modules/ledger/domain/account.ts';
import { type Batch, judge } from '../../../../src/modules/ledger/domain/judge.ts';
import { plainly } from '../../../../src/modules/ledger/domain/plain.ts';
import type { NewTransaction } from '../../../../src/modules/ledger/index.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf, SeededRandom } from '../../../support/clock.ts';
import { anAccount, aTransaction, ledgerContract, shortly } from '../../../support/contracts/ledger-contract.ts';
import { cloneDatabase, type TestDatabase, withDatabase } from '../../../support/database.ts';
import { ledgerOn } from '../../../support/ledger.ts';

const bank = anAccount('bank');
const expense = anAccount('expense');
const wallet = anAccount('wallet', { normalSide: 'credit', bound: 'no_overdraft' });
const till = anAccount('till', { bound: 'no_overdraft', creditLimit: '20' });
const frozen = anAccount('frozen');
const thawed = anAccount('thawed', { normalSide: 'credit', bound: 'no_overdraft' });

const usual = fc.constantFrom('bank', 'expense', 'wallet', 'till', 'thawed');
const name = fc.oneof({ weight: 60, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom('frozen', 'nobody') });
const drawn = fc.record({
  n: fc.integer({ min: 1, max: 400 }),
  day: fc.oneof({ weight: 40, arbitrary: fc.integer({ min: 10, max: 12 }) }, { weight: 1, arbitrary: fc.constant(4) }),
  moves: fc.array(fc.record({ from: name, to: name, minor: fc.integer({ min: 1, max: 9 }) }), {
    minLength: 1,
    maxLength: 2,
  }),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer Value> ? Value : never;
const batches = fc.array(fc.record({ drawn: fc.array(drawn, { maxLength: 4 }), linked: fc.boolean() }), {
  maxLength: 3,
});

/** Accounts and ids of its own for each run, so that all runs share one database. */
const inRun = (run: number) => {
  const codeOf = (of: string): string => `run-${run}:${of}`;
  return {
    codeOf,
    transaction: ({ n, day, moves }: Drawn): NewTransaction => ({
      ...aTransaction(1, 1n),
      id: idOf('txn', run * 1_000 + n),
      effectiveAt: instant(`2018-01-${String(day).padStart(2, '0')}T00:00:00Z`),
      postings: moves.flatMap(({ from, to, minor }) => [
        { account: codeOf(to), minor: String(minor) },
        { account: codeOf(from), minor: String(-minor) },
      ]),
    }),
  };
};

describe('the ledger on PostgreSQL, with callers grouped', () => {
  const database = withDatabase();

  ledgerContract(() => Promise.resolve(ledgerOn(database()).grouped));
});

describe('posting plainly', function () {
  this.timeout(120_000);
  let database: TestDatabase | undefined;
  before(async () => {
    database = await cloneDatabase();
  });
  after(() => database?.drop());

  it('posts just what a judge would post whole, and leaves all else to him', async () => {
    if (database === undefined) throw new Error('no database');
    const { own, ledger, changeAccount, closePeriod, plain, postTransactions, auditor } = ledgerOn(database);
    const heard = { plain: 0, judged: 0 };
    let run = 0;
    const setUp = async () => {
      run += 1;
      const world = inRun(run);
      const all = [bank, expense, wallet, till, frozen, thawed];
      await ledger.openAccounts(all.map((account) => ({ ...account, code: world.codeOf(account.code) })));
      const change = (of: string, move: 'freeze' | 'unfreeze') =>
        changeAccount.run(accountIdOf(world.codeOf(of)), { move }, 'as the test says', 'tester');
      await change('frozen', 'freeze');
      await change('thawed', 'freeze');
      await change('thawed', 'unfreeze');
      await closePeriod.run(`run-${run}:`, instant('2018-01-05T00:00:00Z'), 'tester');
      await ledger.post([
        { ...world.transaction({ n: 500, day: 6, moves: [{ from: 'wallet', to: 'bank', minor: 40 }] }) },
      ]);
      return world;
    };

    await fc.assert(
      fc.asyncProperty(fc.array(batches, { minLength: 1, maxLength: 6 }), async (asked) => {
        const { transaction } = await setUp();
        for (const each of asked) {
          const group: Batch[] = each.map(({ drawn: some, linked }) => ({
            transactions: some.map(transaction),
            linked,
          }));
          const transactions = group.flatMap((batch) => batch.transactions);
          const codes = new Set(transactions.flatMap(({ postings }) => postings.map(({ account }) => account)));
          const ids = [...new Set(transactions.map(({ id }) => id))];
          const book = await own.knex.transaction((trx) => new PostgresJournal(trx).open([...codes], ids));
          const { verdicts } = judge(group, book);

          const batch = plainly(group, await plain.accounts(codes));
          const posted = batch !== undefined && (await plain.post(batch, instant('2018-02-01T00:00:00Z')));

          const allPosted = transactions.length > 0 && verdicts.flat().every(({ verdict }) => verdict === 'posted');
          expect(posted).to.equal(allPosted);
          heard[posted ? 'plain' : 'judged'] += 1;
          if (!posted) expect(await postTransactions.runTogether(group)).to.deep.equal(verdicts);
        }
      }),
      { numRuns: 60, interruptAfterTimeLimit: 60_000 },
    );

    expect(heard.plain).to.be.greaterThan(20);
    expect(heard.judged).to.be.greaterThan(20);
    for (const found of [await auditor.unbalancedTransactions(), await auditor.wrongBalances()])
      expect(found).to.be.empty;
  });
});

describe('posting plainly, beside others', () => {
  const database = withDatabase();

  const setUp = async () => {
    const parts = ledgerOn(database());
    await parts.ledger.openAccounts([bank, expense, wallet, till]);
    return parts;
  };

  it('writes and tells what a judge writes and tells', async () => {
    const { ledger, grouped, own } = await setUp();
    const about = {
      metadata: { b: '2', a: '"€"' },
      effectiveAt: instant('2018-01-31T12:34:56.789Z'),
      purpose: 'na\u00efve',
    };

    await ledger.post([
      aTransaction(1, 7n, [bank, wallet], about),
      aTransaction(2, 8n, [bank, expense], { metadata: {} }),
    ]);
    await grouped.post([aTransaction(4, 8n, [bank, expense], { metadata: {} })]);
    await grouped.post([aTransaction(3, 7n, [bank, wallet], about)]);

    const rows = await rowsOf<{ written: unknown }>(
      own.knex,
      `select jsonb_build_array(
         recorded_at, reverses, count, digest, purpose, metadata,
         (select jsonb_agg(jsonb_build_array(position & 1023, minor, effective_at, account) order by position)
          from ledger.entries where position >> 10 = journal.number),
         (select jsonb_build_array(type, version, aggregate_version, partition_key = aggregate, occurred_at, traceparent,
            payload - 'transactionId', payload->>'transactionId' = aggregate)
          from ledger.outbox where aggregate like '%' || right(journal.id::text, 1))
       ) as written
       from ledger.journal order by id`,
    );
    const [first, second, third, fourth] = rows.map(({ written }) => written);
    expect([third, fourth]).to.deep.equal([first, second]);
    expect(JSON.stringify(first)).to.include('ledger.transaction_posted');
  });

  it('numbers a batch in the order in which it was posted, whatever its ids are', async () => {
    const { grouped, reader } = await setUp();

    await grouped.post([9, 3, 6].map((n) => aTransaction(n, BigInt(n), [bank, wallet])));

    const page = await reader.entriesOf(accountIdOf(wallet.code), { limit: 10 });
    expect(page?.data.map(({ minor, balance }) => [minor, balance])).to.deep.equal([
      ['9', 9n],
      ['3', 12n],
      ['6', 18n],
    ]);
  });

  it('pays out of an account exactly what it holds, whoever posts judged or plainly at the same time', async () => {
    const { ledger, grouped, auditor } = await setUp();
    await ledger.post([aTransaction(1, 1_000n, [bank, wallet])]);
    const random = new SeededRandom(3);
    let n = 100;
    const posters = Array.from({ length: 8 }, (_, poster) =>
      (async () => {
        const heard: string[] = [];
        for (let round = 0; round < 12; round += 1) {
          const size = 1 + random.below(20);
          const payouts = Array.from({ length: size }, () => aTransaction((n += 1), 1n, [wallet, bank]));
          heard.push(...shortly(await (poster % 2 === 0 ? grouped : ledger).post(payouts)));
        }
        return heard;
      })(),
    );

    const heard = (await Promise.all(posters)).flat();

    const paid = heard.filter((verdict) => verdict === 'posted').length;
    expect(paid).to.equal(Math.min(1_000, heard.length));
    expect((await ledger.balances([wallet.code]))[0]?.minor).to.equal(String(1_000 - paid));
    expect(await auditor.wrongBalances()).to.be.empty;
  });

  it('finds the twin it waited for, and posts the rest of its batch', async () => {
    const { grouped, own, auditor } = await setUp();
    const twin = aTransaction(1, 5n, [expense, bank]);
    let posting: Promise<readonly string[]> | undefined;
    await own.knex.transaction(async (trx) => {
      const journal = new PostgresJournal(trx);
      const book = await journal.open([expense.code, bank.code], [twin.id]);
      await journal.append(judge([{ transactions: [twin] }], book), book, twin.effectiveAt);
      posting = grouped.post([twin, aTransaction(2, 5n, [expense, bank])]).then(shortly);
      await Promise.race([posting, somebodyWaits(database())]);
    });

    expect(await posting).to.deep.equal(['exists', 'posted']);
    expect(await auditor.unbalancedTransactions()).to.be.empty;
  });
});

const somebodyWaits = async ({ owner }: TestDatabase): Promise<void> => {
  for (let waiting = 0; waiting === 0;) {
    const rows = await rowsOf(
      owner.knex,
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    waiting = rows.length;
  }
};
