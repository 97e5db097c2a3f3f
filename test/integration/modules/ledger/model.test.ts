import { expect } from 'chai';
import fc from 'fast-check';
import type { LedgerPort, NewAccount, NewTransaction } from '../../../../src/modules/ledger/index.ts';
import { type Instant, instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { anAccount, shortly } from '../../../support/contracts/ledger-contract.ts';
import { cloneDatabase, type TestDatabase } from '../../../support/database.ts';
import { FakeLedger } from '../../../support/fakes/fake-ledger.ts';
import { ledgerOn } from '../../../support/ledger.ts';

const ACCOUNTS: readonly NewAccount[] = [
  anAccount('expense'),
  anAccount('bank', { normalSide: 'credit' }),
  anAccount('wallet', { normalSide: 'credit', bound: 'no_overdraft' }),
  anAccount('till', { bound: 'no_overdraft' }),
  anAccount('dollars', { currency: 'USD', bound: 'no_overdraft' }),
];
const names = [...ACCOUNTS.map(({ code }) => code), 'nobody'];

const day = (n: number): Instant => instant(`2018-01-0${n}T00:00:00Z`);

const name = fc.oneof(
  { weight: 24, arbitrary: fc.constantFrom('expense', 'bank', 'wallet', 'till') },
  { weight: 1, arbitrary: fc.constantFrom('dollars', 'nobody') },
);
/** Mostly balanced; now and then a posting too many. */
const postings = fc
  .record({
    moves: fc.array(fc.record({ from: name, to: name, minor: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
      maxLength: 2,
    }),
    odd: fc.oneof(
      { weight: 12, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.record({ account: name, minor: fc.integer({ min: -1, max: 1 }).map(String) }) },
    ),
  })
  .map(({ moves, odd }) => [
    ...moves.flatMap(({ from, to, minor }) => [
      { account: to, minor: String(minor) },
      { account: from, minor: String(-minor) },
    ]),
    ...(odd === undefined ? [] : [odd]),
  ]);
const transaction = fc.record({
  n: fc.integer({ min: 1, max: 20 }),
  currency: fc.oneof({ weight: 24, arbitrary: fc.constant('BRL') }, { weight: 1, arbitrary: fc.constant('USD') }),
  day: fc.integer({ min: 1, max: 3 }),
  purpose: fc.constantFrom('accrue', 'pay'),
  postings,
});
type Drawn = typeof transaction extends fc.Arbitrary<infer Value> ? Value : never;

const command = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('open' as const), which: fc.subarray([...ACCOUNTS]) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('post' as const), batch: fc.array(transaction, { maxLength: 8 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('again' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('look' as const),
      from: fc.integer({ min: 1, max: 4 }),
      until: fc.integer({ min: 1, max: 4 }),
    }),
  },
);
type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

/** Accounts and ids of its own for each run, so that all runs share one database. */
class World {
  private last: readonly NewTransaction[] = [];

  constructor(private readonly run: number) {}

  /** What the ledger answers to a command, as plain data. */
  async answer(ledger: LedgerPort, command: Command): Promise<unknown> {
    switch (command.kind) {
      case 'open':
        return ledger.openAccounts(command.which.map((account) => ({ ...account, code: this.code(account.code) })));
      case 'post':
        this.last = command.batch.map((drawn) => this.transaction(drawn));
        return shortly(await ledger.post(this.last));
      case 'again':
        return shortly(await ledger.post(this.last.toReversed()));
      case 'look':
        return [
          await ledger.balances(this.codes),
          await ledger.balances(this.codes, day(command.until)),
          await ledger.entries(this.codes, { from: day(command.from), until: day(command.until) }),
        ];
    }
  }

  private get codes(): readonly string[] {
    return names.map((each) => this.code(each));
  }

  private code(of: string): string {
    return `run-${this.run}:${of}`;
  }

  private transaction({ n, currency, day: on, purpose, postings: entries }: Drawn): NewTransaction {
    return {
      id: idOf('txn', this.run * 100 + n),
      currency,
      effectiveAt: day(on),
      purpose,
      postings: entries.map(({ account, minor }) => ({ account: this.code(account), minor })),
    };
  }
}

describe('the ledger on PostgreSQL beside the plainest ledger one can write', function () {
  this.timeout(120_000);
  let database: TestDatabase | undefined;
  before(async () => {
    database = await cloneDatabase();
  });
  after(() => database?.drop());

  it('gives the same verdicts, balances and entries for whatever is asked of both', async () => {
    if (database === undefined) throw new Error('no database');
    const { ledger: real, auditor } = ledgerOn(database);
    const heard = new Set<string>();
    let run = 0;

    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 10 }), async (commands) => {
        run += 1;
        const fake = new FakeLedger();
        const [mine, its] = [new World(run), new World(run)];
        const open: Command = { kind: 'open', which: ACCOUNTS.slice(0, 4) };
        const look: Command = { kind: 'look', from: 1, until: 4 };
        for (const each of [open, ...commands, look]) {
          const expected = await mine.answer(fake, each);
          expect(await its.answer(real, each)).to.deep.equal(expected);
          if (each.kind === 'post' || each.kind === 'again')
            (expected as string[]).forEach((verdict) => heard.add(verdict));
        }
      }),
      { numRuns: 300, interruptAfterTimeLimit: 60_000 },
    );

    // A model that never meets a refusal proves little.
    expect([...heard]).to.include.members([
      'posted',
      'exists',
      'ledger.id_reused',
      'ledger.overdraft',
      'ledger.unknown_account',
      'ledger.currency_mismatch',
      'ledger.unbalanced',
      'ledger.zero_posting',
    ]);
    expect(await auditor.unbalancedTransactions()).to.be.empty;
    expect(await auditor.wrongBalances()).to.be.empty;
    expect(await auditor.unbalancedCurrencies()).to.be.empty;
  });
});
