import { expect } from 'chai';
import fc from 'fast-check';
import { type Account, accountIdOf } from '../../../../src/modules/ledger/domain/account.ts';
import { type Book, contentDigest, judge } from '../../../../src/modules/ledger/domain/judge.ts';
import { type PlainBatch, plainly } from '../../../../src/modules/ledger/domain/plain.ts';
import type { NewTransaction } from '../../../../src/modules/ledger/index.ts';
import { digest } from '../../../../src/shared/digest.ts';
import { idOf } from '../../../support/clock.ts';
import { anAccount, aTransaction } from '../../../support/contracts/ledger-contract.ts';

const opened = [
  anAccount('bank'),
  anAccount('wallet', { normalSide: 'credit', bound: 'no_overdraft' }),
  anAccount('till', { bound: 'no_overdraft' }),
  anAccount('dollars', { currency: 'USD', bound: 'no_overdraft' }),
];
const accounts: ReadonlyMap<string, Account> = new Map(
  opened.map((account) => [account.code, { ...account, id: accountIdOf(account.code) }]),
);

const code = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom('bank', 'wallet', 'till') },
  { weight: 1, arbitrary: fc.constantFrom('dollars', 'nobody') },
);
const transaction = fc
  .record({
    n: fc.integer({ min: 1, max: 60 }),
    moves: fc.array(fc.record({ from: code, to: code, minor: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
      maxLength: 2,
    }),
    odd: fc.oneof(
      { weight: 40, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.constant([{ account: 'till', minor: '1' }]) },
    ),
  })
  .map(({ n, moves, odd }): NewTransaction => ({
    ...aTransaction(n, 1n),
    id: idOf('txn', n),
    postings: [
      ...moves.flatMap(({ from, to, minor }) => [
        { account: to, minor: String(minor) },
        { account: from, minor: String(-minor) },
      ]),
      ...odd,
    ],
  }));
const batches = fc.array(fc.record({ transactions: fc.array(transaction, { maxLength: 5 }), linked: fc.boolean() }), {
  maxLength: 4,
});
const standing = fc.record({
  wallet: fc.integer({ min: 0, max: 30 }),
  till: fc.integer({ min: 0, max: 30 }),
  least: fc.integer({ min: -10, max: 0 }),
});

const bookOf = ({ wallet, till, least }: { wallet: number; till: number; least: number }): Book => ({
  accounts,
  ...{ states: new Map(), closings: new Map(), digests: new Map() },
  balances: new Map([
    ['wallet', BigInt(wallet)],
    ['till', BigInt(till)],
    ['dollars', 0n],
  ]),
  least: new Map([['wallet', BigInt(least)]]),
});

/** What is left to the database: whether each bounded account stays within its bounds on the way. */
const holds = ({ courses }: PlainBatch, { balances, least }: Book): boolean =>
  [...courses].every(
    ([of, { lowest = 0n }]) => lowest === 0n || (balances.get(of) ?? 0n) + lowest >= (least.get(of) ?? 0n),
  );

describe('a plain batch', () => {
  it('is one of which a judge would post all, if the balances hold; and leaves them as he would', () => {
    const heard = { plain: 0, judged: 0 };
    fc.assert(
      fc.property(batches, standing, (drawn, stand) => {
        const book = bookOf(stand);
        const { verdicts, posted, changes } = judge(drawn, book);
        const all = verdicts.flat();
        const plain = plainly(drawn, accounts);
        const goes = plain !== undefined && holds(plain, book);
        expect(goes).to.equal(all.length > 0 && all.every(({ verdict }) => verdict === 'posted'));
        heard[goes ? 'plain' : 'judged'] += 1;
        if (!goes) return;
        expect(plain.transactions.map((each, n) => ({ ...each, digest: plain.digests[n] }))).to.deep.equal(posted);
        expect(new Map([...plain.courses].map(([of, { net }]) => [of, net]))).to.deep.equal(changes);
      }),
      { numRuns: 2_000 },
    );
    expect(heard.plain).to.be.greaterThan(100);
    expect(heard.judged).to.be.greaterThan(100);
  });

  it('is left to a judge where sums would come near the end of what a database counts', () => {
    const most = 10n ** 18n - 1n;
    const [bank, wallet] = opened as [Account, Account];
    const many = Array.from({ length: 5 }, (_, n) => aTransaction(n + 1, most, [bank, wallet]));

    expect(plainly([{ transactions: many.slice(0, 4) }], accounts)).to.not.equal(undefined);
    expect(plainly([{ transactions: many }], accounts)).to.equal(undefined);
  });

  it('has the digests that what was posted before has', () => {
    const { currency, effectiveAt, purpose, postings } = aTransaction(1, 5n);
    const entries = postings.map(({ account, minor }) => [account, minor]);
    for (const metadata of [{}, { b: '2', a: '1 "quoted" \u20ac' }]) {
      const before = digest([currency, effectiveAt, purpose, entries, metadata]).slice(0, 32);
      expect(contentDigest({ ...aTransaction(1, 5n), metadata })).to.equal(before);
    }
    const reversed = { ...aTransaction(2, 5n), metadata: {}, reverses: idOf('txn', 1) };
    expect(contentDigest(reversed)).to.equal(
      digest([currency, effectiveAt, purpose, entries, {}, idOf('txn', 1)]).slice(0, 32),
    );
  });
});
