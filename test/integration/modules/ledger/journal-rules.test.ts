import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { accountIdOf } from '../../../../src/modules/ledger/domain/account.ts';
import { toUuid } from '../../../../src/shared/ids.ts';
import { idOf } from '../../../support/clock.ts';
import { anAccount, aTransaction } from '../../../support/contracts/ledger-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { ledgerOn } from '../../../support/ledger.ts';
import { refusalOf } from '../../../support/refusal-of.ts';

const bank = anAccount('bank');
const expense = anAccount('expense');
const wallet = anAccount('wallet', { normalSide: 'credit', bound: 'no_overdraft' });
const dollars = anAccount('dollars', { currency: 'USD' });

interface Written {
  readonly account: string;
  readonly minor: string;
  readonly nth?: number;
  readonly effectiveAt?: string;
}

/** Writes past the program what a careless hand might write. */
const writing = (count: number, postings: readonly Written[]) => ({
  sql: `
    with whole as (
      insert into ledger.journal (recorded_at, id, count, digest, purpose)
      values ('2018-01-01T00:00:00Z', :id, :count, decode(repeat('00', 16), 'hex'), 'test')
      returning number
    )
    ${ENTRIES} cross join whole`,
  values: {
    id: toUuid(idOf('txn', 9)),
    count,
    nths: postings.map(({ nth }, index) => nth ?? index + 1),
    accounts: postings.map(({ account }) => toUuid(accountIdOf(account))),
    minors: postings.map(({ minor }) => minor),
    ats: postings.map(({ effectiveAt }) => effectiveAt ?? '2018-01-01T00:00:00Z'),
  },
});

const HEAD = `
  insert into ledger.journal (recorded_at, id, count, digest, purpose)
  values ('2018-01-01T00:00:00Z', :id, 2, decode(repeat('00', 16), 'hex'), 'test')`;

/** As the program calls it, but for what becomes of the entries. */
const PLAINLY = `
  select ledger.post_plainly(
    now(), null, '2018-01-01T00:00:00Z', '{}', '{}', '{}', '{}', '{}',
    array[1], array[:id::uuid], array[2]::smallint[], array[decode(repeat('00', 16), 'hex')], array['test'],
    array[null]::text[], array['2018-01-01T00:00:00Z']::timestamptz[], :places::integer[], :minors::bigint[],
    array_fill(1, array[cardinality(:places::integer[])]), '{}', '{}', '{}'
  )`;
const JUDGED = `
  select ledger.write_judged(
    now(), array[:id, :other]::uuid[], array[null, null]::uuid[], array[2, 2]::smallint[],
    array_fill(decode(repeat('00', 16), 'hex'), array[2]), array['test', 'test'], array[null, null]::jsonb[],
    :entryIds::uuid[], array[1, 2]::smallint[], array[5, -5]::bigint[],
    array_fill('2018-01-01T00:00:00Z'::timestamptz, array[2]), array[1, 1], '{}', '{}'
  )`;

const ENTRIES = `
  insert into ledger.entries (position, minor, effective_at, account)
  select (whole.number << 10) + nth, minor, at, coalesce(account_numbers.number, 0)
  from unnest(:nths::smallint[], :accounts::uuid[], :minors::bigint[], :ats::timestamptz[])
    as one (nth, account_id, minor, at)
  left join ledger.account_numbers using (account_id)`;

describe('the journal', () => {
  const database = withDatabase();

  const setUp = async () => {
    const parts = ledgerOn(database());
    await parts.ledger.openAccounts([bank, expense, wallet, dollars]);
    await parts.ledger.post([aTransaction(1, 500n, [expense, wallet])]);
    return { ...parts, owner: database().owner.knex };
  };

  describe('takes nothing in that is not sound, whoever writes it', () => {
    const sound: readonly Written[] = [
      { account: 'bank', minor: '5' },
      { account: 'expense', minor: '-5' },
    ];
    const cases: readonly (readonly [string, number, readonly Written[]])[] = [
      [
        'postings that do not sum to zero',
        2,
        [
          { account: 'bank', minor: '5' },
          { account: 'expense', minor: '-4' },
        ],
      ],
      ['fewer postings than the transaction says', 3, sound],
      [
        'more postings than the transaction says',
        2,
        [...sound, { account: 'bank', minor: '1' }, { account: 'expense', minor: '-1' }],
      ],
      ['a gap between the postings', 2, [sound[0]!, { ...sound[1]!, nth: 3 }]],
      ['an account that does not exist', 2, [sound[0]!, { account: 'nobody', minor: '-5' }]],
      ['an account of another currency', 2, [sound[0]!, { account: 'dollars', minor: '-5' }]],
      ['a posting of another moment', 2, [sound[0]!, { ...sound[1]!, effectiveAt: '2018-01-02T00:00:00Z' }]],
      ['a posting of zero', 3, [...sound, { account: 'bank', minor: '0' }]],
      ['postings that sum to zero only across currencies', 2, [sound[0]!, { account: 'dollars', minor: '-5' }]],
    ];

    it('takes what is sound', async () => {
      const { owner } = await setUp();
      const { sql, values } = writing(2, sound);

      expect(await refusalOf(owner, sql, values)).to.equal('done');
    });

    it('refuses the program whatever it does not write by the functions, which write a transaction whole', async () => {
      const { own } = await setUp();
      const { sql, values } = writing(2, sound);

      expect(await refusalOf(own.knex, sql, values)).to.equal('42501'); // insufficient_privilege
      expect(await refusalOf(own.knex, HEAD, { id: toUuid(idOf('txn', 9)) })).to.equal('42501');
    });

    it('refuses a transaction without postings from whoever calls the functions', async () => {
      const { own } = await setUp();
      const [id, other] = [toUuid(idOf('txn', 8)), toUuid(idOf('txn', 9))];

      const plainly = (places: readonly number[], minors: readonly string[]) =>
        refusalOf(own.knex, PLAINLY, { id, places, minors });
      expect(await plainly([], [])).to.equal('23514');
      expect(await plainly([1_025], ['5'])).to.equal('23514');
      expect(await plainly([2_049, 2_050], ['5', '-5'])).to.equal('23502'); // not_null_violation
      expect(await plainly([1_025, 1_026], ['5', '-5'])).to.equal('done');

      const judged = (...entryIds: readonly string[]) =>
        refusalOf(own.knex, JUDGED, { id: other, other: id, entryIds });
      expect(await judged(other, other)).to.equal('23514');
      expect(await rowsOf(own.knex, 'select from ledger.journal')).to.have.length(2);
    });

    for (const [what, count, postings] of cases) {
      it(`refuses ${what}`, async () => {
        const { owner } = await setUp();
        const { sql, values } = writing(count, postings);

        expect(await refusalOf(owner, sql, values)).to.equal('23514'); // check_violation
      });
    }

    it('refuses postings that are added to a transaction later, also when they sum to zero', async () => {
      const { owner } = await setUp();
      const { values } = writing(2, sound);
      const more = (first: number) => ({ ...values, nths: [first, first + 1] });
      const sql = `${ENTRIES} cross join (select number from ledger.journal) as whole`;

      expect(await refusalOf(owner, sql, more(1))).to.equal('23514');
      expect(await refusalOf(owner, sql, more(3))).to.equal('23514');
    });

    it('refuses a balance that would fall below its limit, or into what is held', async () => {
      const { own } = await setUp();

      for (const set of ['held = 501', 'minor = -1', 'floor = 1', 'held = -1'])
        expect(await refusalOf(own.knex, `update ledger.account_balances set ${set}`), set).to.equal('23514');
    });
  });

  describe('tells', () => {
    it('each transaction it has taken in, once', async () => {
      const { ledger, own } = await setUp();

      await ledger.post([
        aTransaction(1, 500n, [expense, wallet]),
        aTransaction(2, 5n, [expense, bank], { purpose: 'fee' }),
        aTransaction(3, 9_999n, [wallet, bank]),
      ]);

      const told = await rowsOf(
        own.knex,
        'select type, aggregate, aggregate_version, payload from ledger.outbox order by id',
      );
      expect(told).to.deep.equal(
        [aTransaction(1, 500n), aTransaction(2, 5n, undefined, { purpose: 'fee' })].map(
          ({ id, purpose, effectiveAt }) => ({
            type: 'ledger.transaction_posted',
            aggregate: id,
            aggregate_version: 1n,
            payload: { transactionId: id, purpose, effectiveAt },
          }),
        ),
      );
    });

    it('keeps nothing, and tells nothing, of a batch that fails', async () => {
      const { ledger, own, owner } = await setUp();
      await rowsOf(owner, 'revoke insert on ledger.outbox from mod_ledger');

      const failed = await ledger.post([aTransaction(2, 5n, [expense, wallet])]).catch((error: unknown) => error);

      expect(failed).to.be.instanceOf(Error);
      expect(await rowsOf(own.knex, 'select from ledger.journal')).to.have.length(1);
      expect((await ledger.balances(['wallet']))[0]?.minor).to.equal('500');
    });
  });

  describe('is audited', () => {
    it('finds nothing in books that were only posted to', async () => {
      const { ledger, auditor } = await setUp();
      await ledger.post([aTransaction(2, 100n, [wallet, bank])]);

      expect(await auditor.unbalancedTransactions()).to.be.empty;
      expect(await auditor.wrongBalances()).to.be.empty;
      expect(await auditor.unbalancedCurrencies()).to.be.empty;
    });

    it('finds a posting that was changed behind the triggers', async () => {
      const { owner, auditor } = await setUp();
      await rowsOf(owner, 'alter table ledger.entries disable trigger append_only');
      await rowsOf(owner, 'update ledger.entries set minor = minor - 1 where minor < 0');

      expect(await auditor.unbalancedTransactions()).to.deep.equal([`${idOf('txn', 1)} has 2 postings that sum to -1`]);
      expect(await auditor.wrongBalances()).to.deep.equal(['wallet: 500 is kept, the postings sum to 501']);
      expect(await auditor.unbalancedCurrencies()).to.deep.equal(['BRL: the trial balance is -1, not zero']);
    });

    it('finds a transaction that the owner wrote without postings', async () => {
      const { owner, auditor } = await setUp();
      await rowsOf(owner, HEAD, { id: toUuid(idOf('txn', 9)) });

      expect(await auditor.unbalancedTransactions()).to.deep.equal([`${idOf('txn', 9)} has 0 postings that sum to 0`]);
    });

    it('finds postings that are gone, and balances that are kept for nobody or for none', async () => {
      const { owner, auditor } = await setUp();
      await rowsOf(owner, 'alter table ledger.entries disable trigger append_only');
      await rowsOf(owner, 'delete from ledger.entries');
      await rowsOf(owner, 'update ledger.account_balances set account_id = :id', { id: toUuid(accountIdOf('bank')) });

      expect(await auditor.unbalancedTransactions()).to.deep.equal([`${idOf('txn', 1)} has 0 postings that sum to 0`]);
      expect(await auditor.wrongBalances()).to.deep.equal([
        'bank: 500 is kept, the postings sum to 0',
        'wallet: nothing is kept, the postings sum to 0',
      ]);
    });
  });
});
