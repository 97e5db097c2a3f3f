import { expect } from 'chai';
import fc from 'fast-check';
import { type Account, accountIdOf, onSide } from '../../../../src/modules/ledger/domain/account.ts';
import { type Book, judge, type Judgement } from '../../../../src/modules/ledger/domain/judge.ts';
import type { NewTransaction } from '../../../../src/modules/ledger/index.ts';
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
const emptyBook: Book = { accounts, balances: new Map(), digests: new Map() };

/** The book after what was judged by it. */
const after = (book: Book, { posted, changes }: Judgement): Book => ({
  accounts,
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
});
