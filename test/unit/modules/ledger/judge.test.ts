import { expect } from 'chai';
import fc from 'fast-check';
import { type Account, accountIdOf, onSide } from '../../../../src/modules/ledger/domain/account.ts';
import { type Book, judge as judgeAll, type Judgement } from '../../../../src/modules/ledger/domain/judge.ts';
import type { NewTransaction, PostVerdict } from '../../../../src/modules/ledger/index.ts';
import type { Instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { anAccount, aTransaction, shortly } from '../../../support/contracts/ledger-contract.ts';
import { FakeLedger } from '../../../support/fakes/fake-ledger.ts';

const opened = [
  anAccount('expense'),
  anAccount('bank', { normalSide: 'credit' }),
  anAccount('wallet', { normalSide: 'credit', bound: 'no_overdraft' }),
  anAccount('till', { bound: 'no_overdraft' }),
];
const accounts: ReadonlyMap<string, Account> = new Map(
  opened.map((account) => [account.code, { ...account, id: accountIdOf(account.code) }]),
);
const emptyBook: Book = {
  accounts,
  ...{ states: new Map(), closings: new Map(), least: new Map() },
  ...{ balances: new Map(), digests: new Map() },
};

/** One batch, each of it by itself. */
const judge = (
  transactions: readonly NewTransaction[],
  book: Book,
): Omit<Judgement, 'verdicts'> & { readonly verdicts: readonly PostVerdict[] } => {
  const { verdicts, ...rest } = judgeAll([{ transactions }], book);
  return { ...rest, verdicts: verdicts.flat() };
};

/** The book after what was judged by it. */
const after = (book: Book, { posted, changes }: Pick<Judgement, 'posted' | 'changes'>): Book => ({
  ...book,
  balances: new Map(
    opened.map(({ code }) => [code, (book.balances.get(code) ?? 0n) + (changes.get(code) ?? 0n)] as const),
  ),
  digests: new Map([...book.digests, ...posted.map(({ id, digest }) => [id, digest] as const)]),
});

const code = fc.constantFrom(...opened.map((account) => account.code));
const move = fc.record({ from: code, to: code, minor: fc.bigInt({ min: 1n, max: 10n ** 18n - 1n }) });
const transaction = fc
  .record({ n: fc.integer({ min: 1, max: 15 }), moves: fc.array(move, { minLength: 1, maxLength: 4 }) })
  .map(({ n, moves }): NewTransaction => ({
    ...aTransaction(n, 1n),
    postings: moves.flatMap(({ from, to, minor }) => [
      { account: to, minor: minor.toString() },
      { account: from, minor: (-minor).toString() },
    ]),
  }));
const batch = fc.array(transaction, { maxLength: 30 });

const sumOf = (transactions: readonly NewTransaction[], of: string): bigint =>
  transactions
    .flatMap(({ postings }) => postings)
    .filter(({ account }) => account === of)
    .reduce((sum, { minor }) => sum + BigInt(minor), 0n);

describe('judging a batch', () => {
  it('leaves a trial balance of zero, whatever is in it', () => {
    fc.assert(
      fc.property(batch, (transactions) => {
        const { posted } = judge(transactions, emptyBook);

        expect(opened.reduce((sum, account) => sum + sumOf(posted, account.code), 0n)).to.equal(0n);
      }),
    );
  });

  it('takes no bounded account below zero, and reckons what it does to each', () => {
    fc.assert(
      fc.property(batch, (transactions) => {
        const { posted, changes } = judge(transactions, emptyBook);

        for (const { code: of, normalSide, bound } of opened) {
          if (bound === 'none') {
            expect(changes.has(of)).to.equal(false);
          } else {
            expect(changes.get(of) ?? 0n).to.equal(onSide(normalSide, sumOf(posted, of)));
            for (let n = 1; n <= posted.length; n += 1)
              expect(onSide(normalSide, sumOf(posted.slice(0, n), of)) >= 0n).to.equal(true);
          }
        }
      }),
    );
  });

  it('gives the verdicts that the same transactions would get in two batches', () => {
    fc.assert(
      fc.property(batch, fc.nat({ max: 30 }), (transactions, cut) => {
        const whole = judge(transactions, emptyBook);

        const first = judge(transactions.slice(0, cut), emptyBook);
        const second = judge(transactions.slice(cut), after(emptyBook, first));

        expect([...first.verdicts, ...second.verdicts]).to.deep.equal(whole.verdicts);
      }),
    );
  });

  it('finds all it has posted when it is sent again', () => {
    fc.assert(
      fc.property(batch, (transactions) => {
        const once = judge(transactions, emptyBook);

        const again = judge(once.posted, after(emptyBook, once));

        expect(new Set(shortly(again.verdicts))).to.deep.equal(new Set(once.posted.length > 0 ? ['exists'] : []));
        expect(again.posted).to.be.empty;
        expect(again.changes).to.be.empty;
      }),
    );
  });

  it('says what an account holds and what would leave it', () => {
    const [verdict] = judge([aTransaction(1, 500n, [opened[2]!, opened[0]!])], {
      ...emptyBook,
      balances: new Map([['wallet', 499n]]),
    }).verdicts;

    expect(verdict).to.deep.equal({
      id: idOf('txn', 1),
      verdict: 'refused',
      code: 'ledger.overdraft',
      detail: 'account "wallet" holds 499, and 500 would leave it',
    });
  });

  it('agrees with the plainest ledger one can write', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 4 }), async (batches) => {
        const fake = new FakeLedger();
        await fake.openAccounts(opened);
        let book = emptyBook;
        for (const transactions of batches) {
          const judgement = judge(transactions, book);
          book = after(book, judgement);

          expect(shortly(judgement.verdicts)).to.deep.equal(shortly(await fake.post(transactions)));
        }
        for (const { account, minor } of await fake.balances(['wallet', 'till']))
          expect((book.balances.get(account) ?? 0n).toString()).to.equal(minor);
      }),
    );
  });

  it('gives every caller the verdicts he would have got alone, one after the other', () => {
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 4 }), (batches) => {
        const together = judgeAll(
          batches.map((transactions) => ({ transactions })),
          emptyBook,
        );

        let book = emptyBook;
        for (const [n, transactions] of batches.entries()) {
          const alone = judge(transactions, book);
          book = after(book, alone);
          expect(together.verdicts[n]).to.deep.equal(alone.verdicts);
        }
      }),
    );
  });

  it('posts all of a linked batch or nothing of it, and whoever comes after finds no trace', () => {
    fc.assert(
      fc.property(batch, batch, (linked, next) => {
        const { verdicts, posted, changes } = judgeAll(
          [{ transactions: linked, linked: true }, { transactions: next }],
          emptyBook,
        );

        const alone = judge(linked, emptyBook);
        const holds = alone.verdicts.every(({ verdict }) => verdict !== 'refused');
        const then = judge(next, holds ? after(emptyBook, alone) : emptyBook);
        expect(verdicts[1]).to.deep.equal(then.verdicts);
        expect(posted.map(({ id }) => id)).to.deep.equal(
          [...(holds ? alone.posted : []), ...then.posted].map(({ id }) => id),
        );
        if (!holds)
          expect([...changes].filter(([, change]) => change !== 0n)).to.deep.equal(
            [...then.changes].filter(([, change]) => change !== 0n),
          );
        if (!holds) expect(verdicts[0]?.every(({ verdict }) => verdict === 'refused')).to.equal(true);
      }),
    );
  });

  const refusedFor = (transaction: NewTransaction, book: Partial<Book>): string =>
    shortly(judge([transaction], { ...emptyBook, ...book }).verdicts).join();
  const payment = aTransaction(1, 5n, [opened[0]!, opened[2]!]);

  it('posts nothing to an account that is frozen or closed', () => {
    expect(refusedFor(payment, { states: new Map([['wallet', 'frozen']]) })).to.equal('ledger.account_frozen');
    expect(refusedFor(payment, { states: new Map([['expense', 'closed']]) })).to.equal('ledger.account_closed');
    expect(refusedFor(payment, { states: new Map([['till', 'closed']]) })).to.equal('posted');
  });

  it('posts nothing that counts in a closed period of an account, by the latest closing of any scope it is in', () => {
    const [before, after] = ['2018-01-15T12:00:00.000Z', '2018-01-15T12:00:00.001Z'] as Instant[];
    const closedFor = (...closings: (readonly [string, Instant | undefined])[]) =>
      refusedFor(payment, { closings: new Map(closings as [string, Instant][]) });

    expect(closedFor(['', after])).to.equal('ledger.closed_period');
    expect(closedFor(['wallet', after])).to.equal('ledger.closed_period');
    expect(closedFor(['', before], ['wallet', before])).to.equal('posted');
    expect(closedFor(['wal', after], ['till', after], ['wallet:', after])).to.equal('posted');
  });

  it('lets a bounded account fall to the least it may hold, and not below', () => {
    const spend = (minor: bigint) => aTransaction(1, minor, [opened[2]!, opened[0]!]);
    const lent = { balances: new Map([['wallet', 10n]]), least: new Map([['wallet', -20n]]) };
    const held = { balances: new Map([['wallet', 10n]]), least: new Map([['wallet', 4n]]) };

    expect(refusedFor(spend(30n), lent)).to.equal('posted');
    expect(refusedFor(spend(31n), lent)).to.equal('ledger.overdraft');
    expect(refusedFor(spend(6n), held)).to.equal('posted');
    expect(refusedFor(spend(7n), held)).to.equal('ledger.overdraft');
  });
});
