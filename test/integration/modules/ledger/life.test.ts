/** Random lives of a ledger, beside the plainest one that can be written: whatever is asked, both answer the same. */
import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { ledgerStores } from '../../../../src/modules/ledger/adapters/postgres/ledger-stores.ts';
import { CloseLedgerPeriod } from '../../../../src/modules/ledger/application/close-ledger-period.ts';
import { HoldDesk } from '../../../../src/modules/ledger/application/holds.ts';
import { PostTransactions } from '../../../../src/modules/ledger/application/post-transactions.ts';
import { ReverseTransaction } from '../../../../src/modules/ledger/application/reverse-transaction.ts';
import { accountIdOf } from '../../../../src/modules/ledger/domain/account.ts';
import type { NewAccount, NewTransaction } from '../../../../src/modules/ledger/index.ts';
import { type LedgerStores, LedgerTransaction } from '../../../../src/modules/ledger/ports/ledger-stores.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { type Instant, instant } from '../../../../src/shared/instant.ts';
import { idOf, SeededRandom } from '../../../support/clock.ts';
import { anAccount, shortly } from '../../../support/contracts/ledger-contract.ts';
import { cloneDatabase, type TestDatabase } from '../../../support/database.ts';
import { ledgerOn } from '../../../support/ledger.ts';
import { PlainLedger } from '../../../support/plain-ledger.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

const RUNS = Number(process.env['LEDGER_RUNS'] ?? '1000');
/** `LEDGER_RUNS=1 LEDGER_FIRST=<run>` repeats the one that failed. */
const FIRST = Number(process.env['LEDGER_FIRST'] ?? '1');
/** However slow the machine is; more runs than usual may take more time. */
const MOST_MS = (50_000 * Math.max(RUNS, 1_000)) / 1_000;
const LANES = 3;
const STEPS = 7;
const IDS = 9;

const day = (n: number): Instant => instant(`2018-01-0${n}T00:00:00Z`);

interface Mortals extends LedgerStores {
  /** What becomes of a connection when its server process is killed. */
  readonly die: () => Promise<unknown>;
}

type Death = 'at first' | 'at last' | 'unheard';

/** Its next call dies once: before it begins, before its commit, or after it and before anybody hears. */
class Mortal extends LedgerTransaction {
  next: Death | undefined;
  deaths = 0;

  constructor(private readonly inner: ReturnType<typeof postgresTransaction<Mortals>>) {
    super();
  }

  async run<Result>(work: (stores: LedgerStores) => Promise<Result>): Promise<Result> {
    const death = this.next;
    this.next = undefined;
    if (death !== undefined) this.deaths += 1;
    const result = await this.inner.run(async (stores) => {
      if (death === 'at first') await stores.die();
      const value = await work(stores);
      if (death === 'at last') await stores.die();
      return value;
    });
    if (death === 'unheard') throw new Unheard();
    return result;
  }

  once(): never {
    throw new Error('nobody asks');
  }
}

class Unheard extends Error {}

const wordOf = (error: unknown): string => {
  if (error instanceof AppError && error.code.startsWith('ledger.')) return error.code;
  throw error;
};

/** What lives share: a connection pool and a clock of their own. */
const laneOn = (database: TestDatabase) => {
  const parts = ledgerOn(database);
  const { own, clock } = parts;
  const mortal = new Mortal(
    postgresTransaction<Mortals>(own, (trx, outbox) => ({
      ...ledgerStores(trx, outbox),
      die: () => rowsOf(trx, 'select pg_terminate_backend(pg_backend_pid())'),
    })),
  );
  return {
    ...parts,
    mortal,
    posting: new PostTransactions(mortal, clock),
    desk: new HoldDesk(mortal, clock),
    reversing: new ReverseTransaction(mortal, clock),
    closing: new CloseLedgerPeriod(mortal, clock),
  };
};
type Lane = ReturnType<typeof laneOn>;

/** The same of both: of ours, and of the plain one. */
interface Step {
  readonly ours: () => Promise<unknown>;
  readonly plain: () => unknown;
}

class Life {
  private readonly random: SeededRandom;
  private readonly accounts: readonly NewAccount[];
  private readonly plain: PlainLedger;
  private last: readonly NewTransaction[] = [];
  private readonly scope: string;

  constructor(
    private readonly lane: Lane,
    private readonly run: number,
    private readonly heard: Set<string>,
  ) {
    this.random = new SeededRandom(run);
    this.scope = `run-${run}:`;
    const bounded = { bound: 'no_overdraft' } as const;
    this.accounts = [
      anAccount(`${this.scope}bank`),
      anAccount(`${this.scope}income`, { normalSide: 'credit' }),
      anAccount(`${this.scope}wallet`, { ...bounded, normalSide: 'credit' }),
      anAccount(`${this.scope}lent`, { ...bounded, normalSide: 'credit', creditLimit: '5' }),
      anAccount(`${this.scope}till`, bounded),
    ];
    this.plain = new PlainLedger(this.accounts, () => lane.clock.now());
  }

  async live(): Promise<void> {
    await this.lane.ledger.openAccounts(this.accounts);
    for (let step = 1; step <= STEPS; step += 1) {
      this.lane.clock.moveTo(`2018-02-0${step}T00:00:00Z`);
      await this.take(this.step(), `step ${step} of LEDGER_FIRST=${this.run}`);
    }
    await this.look();
  }

  /** Dies now and then, and is asked again; what was done and not heard of was done for the plain one too. */
  private async take({ ours, plain }: Step, where: string): Promise<void> {
    const { mortal } = this.lane;
    mortal.next =
      this.random.below(8) === 0 ? this.random.pick(['at first', 'at last', 'unheard'] as const) : undefined;
    const deaths = mortal.deaths;
    let answer: unknown = await ours().catch((error: unknown) => error);
    if (answer instanceof Unheard) plain();
    if (answer instanceof Error) answer = mortal.deaths > deaths ? await ours().catch(wordOf) : wordOf(answer);
    mortal.next = undefined;
    const expected = plain();
    expect(answer, where).to.deep.equal(expected);
    for (const word of [expected].flat()) this.heard.add(String(word));
  }

  private step(): Step {
    const kind = this.random.below(10);
    if (kind < 4) return this.post();
    if (kind < 7) return this.random.pick([() => this.place(), () => this.postHold(), () => this.void()])();
    if (kind === 7) return this.reverse();
    return kind === 8 ? this.close() : this.again();
  }

  private post(): Step {
    this.last = Array.from({ length: 1 + this.random.below(5) }, () => this.transaction());
    return this.posting(this.last, this.random.below(3) === 0);
  }

  private again(): Step {
    return this.posting(this.random.shuffled(this.last), false);
  }

  private posting(transactions: readonly NewTransaction[], linked: boolean): Step {
    const { grouped, posting } = this.lane;
    const post = this.random.below(2) === 0 ? grouped.post.bind(grouped) : undefined;
    const ours = async (): Promise<unknown> =>
      shortly(await (post?.(transactions, { linked }) ?? posting.run({ transactions, linked })));
    return { ours, plain: () => this.plain.post(transactions, linked) };
  }

  private transaction(): NewTransaction {
    const minor = BigInt(1 + this.random.below(9));
    const odd = this.random.below(25) === 0 ? -1n : 0n;
    return {
      id: this.transactionId(),
      currency: 'BRL',
      effectiveAt: this.day(),
      purpose: this.random.pick(['accrue', 'pay']),
      postings: [
        { account: this.code(), minor: String(minor) },
        { account: this.random.below(25) === 0 ? `${this.scope}nobody` : this.code(), minor: String(odd - minor) },
      ],
    };
  }

  private place(): Step {
    const [debit = '', credit = ''] = this.random.shuffled(this.accounts.map(({ code }) => code));
    const hold = { id: this.holdId(), debit, credit, minor: String(1 + this.random.below(9)), purpose: 'order' };
    return { ours: async () => (await this.lane.desk.place(hold)).state, plain: () => this.plain.place(hold) };
  }

  private postHold(): Step {
    const [id, whole] = [this.holdId(), this.random.below(2) === 0];
    const minor = whole ? undefined : String(1 + this.random.below(5));
    const part = { id: this.transactionId(), minor, final: this.random.below(3) === 0, effectiveAt: this.day() };
    return {
      ours: async () => (await this.lane.desk.post(id, part)).verdict,
      plain: () => this.plain.postHold(id, part),
    };
  }

  private void(): Step {
    const id = this.holdId();
    return { ours: async () => (await this.lane.desk.void(id)).state, plain: () => this.plain.void(id) };
  }

  private reverse(): Step {
    const [id, effectiveAt] = [this.transactionId(), this.day()];
    const ours = async (): Promise<string> => {
      const { reverses } = await this.lane.reversing.run(id, { effectiveAt, reason: 'by mistake' });
      return reverses === id ? 'reversed' : 'something else';
    };
    return { ours, plain: () => this.plain.reverse(id, effectiveAt) };
  }

  private close(): Step {
    const before = this.day();
    const ours = async (): Promise<Instant> => (await this.lane.closing.run(this.scope, before, 'tester')).closedBefore;
    return { ours, plain: () => this.plain.close(before) };
  }

  /** By either clock, by both, and as it stands. */
  private async look(): Promise<void> {
    const { reader, reports } = this.lane;
    const codes = this.accounts.map(({ code }) => code);
    for (const [before, told] of [[], [day(3)], [undefined, 4], [day(4), 6]] as const) {
      const recordedBefore = told && instant(`2018-02-0${told}T00:00:00Z`);
      const found = new Map(
        (await reader.balances(codes, { before, recordedBefore })).map((each) => [each.account, each]),
      );
      expect(
        codes.map((code) => found.get(code)?.minor),
        `balances of LEDGER_FIRST=${this.run}`,
      ).to.deep.equal(this.plain.balances(before, recordedBefore));
    }
    const standing = await Promise.all(codes.map((code) => reports.standing(accountIdOf(code))));
    expect(standing.map((each) => String(each?.held))).to.deep.equal(this.plain.held());
    expect(standing.map((each) => String(each?.minor))).to.deep.equal(this.plain.balances());
  }

  private day(): Instant {
    return day(1 + this.random.below(5));
  }

  private code(): string {
    return this.random.pick(this.accounts).code;
  }

  private transactionId(): NewTransaction['id'] {
    return idOf('txn', this.run * 100 + this.random.below(IDS));
  }

  private holdId() {
    return idOf('hld', this.run * 100 + this.random.below(2));
  }
}

describe('the life of a ledger', function () {
  this.timeout(2 * MOST_MS);
  let database: TestDatabase | undefined;
  before(async () => {
    database = await cloneDatabase();
  });
  after(() => database?.drop());

  it('is that of the plainest ledger, through duplicates, kills, holds, reversals and closings, by both clocks', async () => {
    const shared = database;
    if (shared === undefined) throw new Error('no database');
    const [heard, end] = [new Set<string>(), performance.now() + MOST_MS];
    let next = FIRST;
    const lanes = Array.from({ length: Math.min(LANES, RUNS) }, () => laneOn(shared));

    await Promise.all(
      lanes.map(async (lane) => {
        while (next < FIRST + RUNS && performance.now() < end) await new Life(lane, next++, heard).live();
      }),
    );

    const [{ auditor, seal, books } = laneOn(shared)] = lanes;
    while (await seal.run());
    const { unsealed, fault } = await books.verify();
    expect([unsealed, fault]).to.deep.equal([0, undefined]);
    for (const found of [
      await auditor.unbalancedTransactions(),
      await auditor.wrongBalances(),
      await auditor.wrongHolds(),
      await auditor.unbalancedCurrencies(),
    ])
      expect(found).to.be.empty;
    if (next - FIRST < 200) return;
    // Lives in which little happens prove little.
    expect([...heard]).to.include.members([...WORDS]);
    expect(lanes.reduce((sum, { mortal }) => sum + mortal.deaths, 0)).to.be.greaterThan((next - FIRST) / 4);
  });
});

const WORDS = [
  ...['posted', 'exists', 'open', 'voided', 'reversed', 'ledger.id_reused', 'ledger.linked_refused'],
  ...['ledger.overdraft', 'ledger.unbalanced', 'ledger.unknown_account', 'ledger.closed_period'],
  ...['ledger.hold_not_found', 'ledger.hold_not_open', 'ledger.hold_exceeded', 'ledger.transaction_not_found'],
];
