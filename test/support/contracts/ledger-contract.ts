import { expect } from 'chai';
import type {
  LedgerPort,
  NewAccount,
  NewTransaction,
  PostVerdict,
  TransactionId,
} from '../../../src/modules/ledger/index.ts';
import { type Instant, instant } from '../../../src/shared/instant.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';

export const anAccount = (code: string, overrides: Partial<NewAccount> = {}): NewAccount => ({
  code,
  kind: 'expense',
  currency: 'BRL',
  normalSide: 'debit',
  bound: 'none',
  ...overrides,
});

const EXPENSE = anAccount('expense:commission');
const BANK = anAccount('bank:main', { kind: 'bank' });
const PENDING = anAccount('payable:a:pending', { kind: 'payable', normalSide: 'credit', bound: 'no_overdraft' });
const AVAILABLE = anAccount('payable:a:available', { kind: 'payable', normalSide: 'credit', bound: 'no_overdraft' });
const DOLLARS = anAccount('expense:usd', { currency: 'USD' });

/** The n-th transaction: `minor` is debited to one account and credited to the other. */
export const aTransaction = (
  n: number,
  minor: bigint,
  [debit, credit]: readonly [NewAccount, NewAccount] = [EXPENSE, PENDING],
  overrides: Partial<NewTransaction> = {},
): NewTransaction => ({
  id: idOf('txn', n),
  currency: 'BRL',
  effectiveAt: instant('2018-01-15T12:00:00Z'),
  purpose: 'accrue',
  postings: [
    { account: debit.code, minor: minor.toString() },
    { account: credit.code, minor: (-minor).toString() },
  ],
  metadata: { order: 'A-1' },
  ...overrides,
});

const on = (day: number): { effectiveAt: Instant } => ({
  effectiveAt: instant(`2018-01-${String(day).padStart(2, '0')}T00:00:00Z`),
});

/** `posted`, `exists`, or the code of the refusal. */
export const shortly = (verdicts: readonly PostVerdict[]): readonly string[] =>
  verdicts.map((verdict) => (verdict.verdict === 'refused' ? verdict.code : verdict.verdict));

/** What every ledger promises; the fake and the real one both run through it. */
export const ledgerContract = (make: () => Promise<LedgerPort>): void => {
  const setUp = async () => {
    const ledger = await make();
    await ledger.openAccounts([EXPENSE, BANK, PENDING, AVAILABLE, DOLLARS]);
    const post = async (...transactions: readonly NewTransaction[]) => shortly(await ledger.post(transactions));
    const balance = async ({ code }: NewAccount, before?: string) =>
      (await ledger.balances([code], before === undefined ? undefined : instant(before)))[0]?.minor;
    return { ledger, post, balance };
  };

  describe('opening accounts', () => {
    it('opens an account once, however often it is asked', async () => {
      const { ledger, balance } = await setUp();

      await ledger.openAccounts([PENDING, PENDING, EXPENSE]);
      await ledger.openAccounts([]);

      expect(await balance(PENDING)).to.equal('0');
    });

    it('refuses to open a code as something else, and opens nothing of that call', async () => {
      const { ledger } = await setUp();
      const fresh = anAccount('fees:file');

      await rejects(ledger.openAccounts([fresh, { ...PENDING, bound: 'none' }]), 'ledger.account_differs');
      await rejects(ledger.openAccounts([fresh, { ...fresh, currency: 'USD' }]), 'ledger.account_differs');

      expect(await ledger.balances([fresh.code])).to.be.empty;
    });

    for (const [what, account] of [
      ['a code with a space', anAccount('payable a')],
      ['a code that no database stores', anAccount('payable\0a')],
      ['an empty code', anAccount('')],
      ['a kind that is no word', anAccount('a', { kind: 'Payable pending' })],
      ['an unknown currency', anAccount('a', { currency: 'XXX' })],
    ] as const) {
      it(`refuses ${what}`, async () => {
        const { ledger } = await setUp();

        await rejects(ledger.openAccounts([account]), 'ledger.malformed_account');
      });
    }
  });

  describe('posting', () => {
    it('moves an amount from one account to the other, each on its own side', async () => {
      const { post, balance } = await setUp();

      expect(await post(aTransaction(1, 500n))).to.deep.equal(['posted']);

      expect(await balance(EXPENSE)).to.equal('500');
      expect(await balance(PENDING)).to.equal('500');
    });

    it('posts a transaction once, however often it is sent', async () => {
      const { post, balance } = await setUp();

      await post(aTransaction(1, 500n));
      expect(await post(aTransaction(1, 500n))).to.deep.equal(['exists']);
      expect(await post(aTransaction(1, 500n), aTransaction(1, 500n))).to.deep.equal(['exists', 'exists']);

      expect(await balance(PENDING)).to.equal('500');
    });

    it('takes absent and empty metadata for the same, and names in any order', async () => {
      const { post } = await setUp();

      await post(aTransaction(1, 5n, undefined, { metadata: undefined }));
      await post(aTransaction(2, 5n, undefined, { metadata: { a: '1', b: '2' } }));

      expect(
        await post(
          aTransaction(1, 5n, undefined, { metadata: {} }),
          aTransaction(2, 5n, undefined, { metadata: { b: '2', a: '1' } }),
        ),
      ).to.deep.equal(['exists', 'exists']);
    });

    it('refuses an id that belongs to another content, in whichever field it differs', async () => {
      const { post, balance } = await setUp();
      await post(aTransaction(1, 500n));

      const others = [
        aTransaction(1, 501n),
        aTransaction(1, 500n, [BANK, PENDING]),
        aTransaction(1, 500n, undefined, { purpose: 'other' }),
        aTransaction(1, 500n, undefined, on(16)),
        aTransaction(1, 500n, undefined, { metadata: { order: 'A-2' } }),
      ];
      for (const other of others) expect(await post(other)).to.deep.equal(['ledger.id_reused']);

      expect(await balance(PENDING)).to.equal('500');
    });

    it('judges one id twice in a batch like two batches', async () => {
      const { post, balance } = await setUp();

      expect(await post(aTransaction(1, 500n), aTransaction(1, 500n), aTransaction(1, 600n))).to.deep.equal([
        'posted',
        'exists',
        'ledger.id_reused',
      ]);

      expect(await balance(PENDING)).to.equal('500');
    });

    for (const [code, transaction] of refusals) {
      it(`refuses ${code}: ${transaction.purpose.slice(0, 50)}, and harms no other of the batch`, async () => {
        const { post, balance } = await setUp();

        expect(await post(aTransaction(1, 5n), transaction, aTransaction(2, 6n))).to.deep.equal([
          'posted',
          code,
          'posted',
        ]);

        expect(await balance(PENDING)).to.equal('11');
        expect(await balance(AVAILABLE)).to.equal('0');
      });
    }

    it('leaves the id of a refused transaction free for one that is right', async () => {
      const { post } = await setUp();
      const early = aTransaction(1, 500n, [PENDING, AVAILABLE]);

      expect(await post(early)).to.deep.equal(['ledger.overdraft']);
      await post(aTransaction(2, 500n));

      expect(await post(early)).to.deep.equal(['posted']);
    });

    it('lets a batch spend what it has brought before, and not what it brings after', async () => {
      const { post, balance } = await setUp();

      expect(
        await post(
          aTransaction(1, 100n, [PENDING, AVAILABLE]),
          aTransaction(2, 100n),
          aTransaction(3, 60n, [PENDING, AVAILABLE]),
          aTransaction(4, 60n, [PENDING, AVAILABLE]),
          aTransaction(5, 40n, [PENDING, AVAILABLE]),
        ),
      ).to.deep.equal(['ledger.overdraft', 'posted', 'posted', 'ledger.overdraft', 'posted']);

      expect(await balance(PENDING)).to.equal('0');
      expect(await balance(AVAILABLE)).to.equal('100');
    });

    it('looks at what a transaction does to a bounded account as a whole', async () => {
      const { post } = await setUp();
      const through = aTransaction(1, 0n, undefined, {
        postings: [
          { account: PENDING.code, minor: '500' },
          { account: PENDING.code, minor: '-500' },
        ],
      });

      expect(await post(through)).to.deep.equal(['posted']);
    });

    it('lets an unbounded account leave its side', async () => {
      const { post, balance } = await setUp();

      await post(aTransaction(1, 500n, [EXPENSE, BANK]));

      expect(await balance(BANK)).to.equal('-500');
    });

    it('holds the greatest amounts, and refuses what a kept balance cannot hold', async () => {
      const { post, balance } = await setUp();
      const most = 999_999_999_999_999_999n;
      const nine = Array.from({ length: 9 }, (_, n) => aTransaction(n + 1, most));

      expect(await post(...nine, aTransaction(10, most))).to.deep.equal([
        ...nine.map(() => 'posted'),
        'ledger.out_of_range',
      ]);
      expect(
        await post(aTransaction(11, most, [EXPENSE, BANK]), aTransaction(12, most, [EXPENSE, BANK])),
      ).to.deep.equal(['posted', 'posted']);

      expect(await balance(PENDING)).to.equal((9n * most).toString());
      expect(await balance(EXPENSE)).to.equal((11n * most).toString());
    });

    it('takes a batch of a thousand, and no larger one', async () => {
      const { ledger, post, balance } = await setUp();
      const batch = Array.from({ length: 1_001 }, (_, n) => aTransaction(n + 1, 1n));

      await rejects(ledger.post(batch), 'ledger.batch_too_large');
      expect(await balance(PENDING)).to.equal('0');

      expect(new Set(await post(...batch.slice(1)))).to.deep.equal(new Set(['posted']));
      expect(await post()).to.be.empty;
      expect(await balance(PENDING)).to.equal('1000');
    });
  });

  describe('looking', () => {
    it('knows what an account held at any moment, whenever that was posted', async () => {
      const { post, balance } = await setUp();

      await post(aTransaction(1, 100n, undefined, on(20)), aTransaction(2, 30n, [EXPENSE, BANK], on(20)));
      await post(aTransaction(3, 5n, undefined, on(10)), aTransaction(4, 2n, [EXPENSE, BANK], on(10)));

      const seen = async (account: NewAccount) =>
        Promise.all(['2018-01-10', '2018-01-11', '2018-01-21'].map((day) => balance(account, `${day}T00:00:00Z`)));
      expect(await seen(PENDING)).to.deep.equal(['0', '5', '105']);
      expect(await seen(BANK)).to.deep.equal(['0', '-2', '-32']);
    });

    it('leaves accounts out that do not exist', async () => {
      const { ledger } = await setUp();

      const balances = await ledger.balances(['nobody', BANK.code, 'no\0body', BANK.code]);

      expect(balances).to.deep.equal([{ account: BANK.code, currency: 'BRL', minor: '0' }]);
    });

    it('lists the entries of a time by effective time, from its first moment to before its last', async () => {
      const { ledger, post } = await setUp();
      await post(
        aTransaction(1, 100n, undefined, on(20)),
        aTransaction(2, 5n, undefined, on(10)),
        aTransaction(3, 7n, [PENDING, AVAILABLE], on(21)),
        aTransaction(4, 9n, undefined, on(22)),
      );

      const entries = await ledger.entries([PENDING.code, AVAILABLE.code, 'nobody'], {
        from: instant('2018-01-10T00:00:00Z'),
        until: instant('2018-01-22T00:00:00Z'),
      });

      expect(entries.map(({ transactionId, account, minor }) => [transactionId, account, minor])).to.deep.equal([
        [idOf('txn', 2), PENDING.code, '5'],
        [idOf('txn', 1), PENDING.code, '100'],
        [idOf('txn', 3), PENDING.code, '-7'],
        [idOf('txn', 3), AVAILABLE.code, '7'],
      ]);
      expect(entries[0]).to.deep.equal({
        transactionId: idOf('txn', 2),
        account: PENDING.code,
        minor: '5',
        purpose: 'accrue',
        metadata: { order: 'A-1' },
        ...on(10),
      });
    });
  });
};

const posting = (account: NewAccount, minor: string) => ({ account: account.code, minor });

const wrong = (purpose: string, overrides: Partial<NewTransaction>): NewTransaction =>
  aTransaction(99, 5n, undefined, { purpose, ...overrides });

/** Each with the code it is refused with. */
const refusals: readonly (readonly [string, NewTransaction])[] = [
  ['ledger.overdraft', aTransaction(99, 500n, [PENDING, AVAILABLE], { purpose: 'more than there is' })],
  ['ledger.unbalanced', wrong('a cent too much', { postings: [posting(EXPENSE, '5'), posting(PENDING, '-4')] })],
  ['ledger.too_few_postings', wrong('nothing', { postings: [] })],
  ['ledger.too_few_postings', wrong('one side', { postings: [posting(EXPENSE, '5')] })],
  ['ledger.zero_posting', wrong('a zero', { postings: [posting(EXPENSE, '0'), posting(PENDING, '0')] })],
  ['ledger.unknown_account', aTransaction(99, 5n, [EXPENSE, anAccount('nobody')], { purpose: 'an unknown account' })],
  ['ledger.unknown_account', aTransaction(99, 5n, [EXPENSE, anAccount('no\0body')], { purpose: 'no code at all' })],
  ['ledger.currency_mismatch', aTransaction(99, 5n, [DOLLARS, PENDING], { purpose: 'two currencies' })],
  ['ledger.currency_mismatch', wrong('another currency', { currency: 'USD' })],
  ['ledger.malformed_transaction', wrong('an id of another kind', { id: 'acc_1' as TransactionId })],
  ['ledger.malformed_transaction', wrong('x'.repeat(101), {})],
  ['ledger.malformed_transaction', wrong('no\0text', {})],
  ['ledger.malformed_transaction', wrong('metadata no database stores', { metadata: { note: 'half \ud83d' } })],
  [
    'ledger.malformed_transaction',
    wrong('a day that never was', { effectiveAt: '2018-02-30T00:00:00.000Z' as Instant }),
  ],
  ...['1.5', '+5', '05', '-0', '', 'five', '1000000000000000000', ' 5'].map(
    (minor) =>
      [
        'ledger.malformed_transaction',
        wrong(`an amount of "${minor}"`, { postings: [posting(EXPENSE, minor), posting(PENDING, '-5')] }),
      ] as const,
  ),
];
