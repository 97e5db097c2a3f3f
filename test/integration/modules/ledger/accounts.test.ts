import { expect } from 'chai';
import { accountIdOf } from '../../../../src/modules/ledger/domain/account.ts';
import type { AccountId, NewAccount } from '../../../../src/modules/ledger/index.ts';
import type { LedgerReader } from '../../../../src/modules/ledger/ports/ledger-reader.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { decodeCursor } from '../../../../src/shared/page.ts';
import { idOf } from '../../../support/clock.ts';
import { anAccount, aTransaction, shortly } from '../../../support/contracts/ledger-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { ledgerOn } from '../../../support/ledger.ts';
import { rejects } from '../../../support/rejects.ts';

const assets = anAccount('assets');
const cash = anAccount('assets:cash', { parent: 'assets' });
const euros = anAccount('assets:eur', { currency: 'EUR' });
const till = anAccount('assets:cash:till', { parent: 'assets:cash', bound: 'no_overdraft' });
const wallet = anAccount('wallet:a', { normalSide: 'credit', bound: 'no_overdraft', creditLimit: '100' });

const JANUARY = instant('2018-01-15T12:00:00Z');

/** All of an account's history, page by page. */
const everyEntry = async (reader: LedgerReader, id: AccountId, limit: number): Promise<unknown[]> => {
  const seen: unknown[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await reader.entriesOf(id, { limit, after: cursor ? decodeCursor(cursor) : undefined });
    seen.push(...(page?.data ?? []));
    cursor = page?.nextCursor;
  } while (cursor);
  return seen;
};

describe('an account', () => {
  const database = withDatabase();

  const setUp = async () => {
    const parts = ledgerOn(database());
    const { ledger, reports, changeAccount } = parts;
    await ledger.openAccounts([assets, cash, till, euros, wallet]);
    return {
      ...parts,
      post: async (...transactions: Parameters<typeof ledger.post>[0]) => shortly(await ledger.post(transactions)),
      standing: async ({ code }: NewAccount) => {
        const found = await reports.standing(accountIdOf(code));
        if (found === undefined) throw new Error(`no ${code}`);
        return found;
      },
      change: ({ code }: NewAccount, change: Parameters<typeof changeAccount.run>[1]) =>
        changeAccount.run(accountIdOf(code), change, 'as the test says', 'tester'),
    };
  };

  it('is a part of another in its currency, and of nothing else', async () => {
    const { ledger } = await setUp();

    await rejects(ledger.openAccounts([anAccount('x', { parent: 'nobody' })]), 'ledger.unknown_parent');
    await rejects(ledger.openAccounts([anAccount('x', { parent: 'assets:eur' })]), 'ledger.unknown_parent');
    await rejects(ledger.openAccounts([{ ...cash, parent: 'assets:cash:till' }]), 'ledger.account_differs');
    await rejects(ledger.openAccounts([{ ...cash, metadata: { a: 'b' } }]), 'ledger.account_differs');
  });

  it('rolls up what is below it, however deep, on its own side', async () => {
    const { post, standing } = await setUp();

    await post(
      aTransaction(1, 70n, [till, wallet]),
      aTransaction(2, 20n, [cash, wallet]),
      aTransaction(3, 5n, [assets, wallet]),
    );

    expect((await standing(assets)).rolledUp).to.equal(95n);
    expect((await standing(assets)).minor).to.equal(5n);
    expect((await standing(assets)).children).to.deep.equal(['assets:cash']);
    expect((await standing(cash)).rolledUp).to.equal(90n);
    expect((await standing(till)).rolledUp).to.equal(70n);
  });

  it('lends as far as its limit, and a limit changes no further than it is in use', async () => {
    const { post, change, standing } = await setUp();

    expect(await post(aTransaction(1, 101n, [wallet, cash]))).to.deep.equal(['ledger.overdraft']);
    expect(await post(aTransaction(1, 60n, [wallet, cash]))).to.deep.equal(['posted']);
    await rejects(change(wallet, { creditLimit: '59' }), 'ledger.limit_in_use');
    await change(wallet, { creditLimit: '60' });
    expect(await post(aTransaction(2, 1n, [wallet, cash]))).to.deep.equal(['ledger.overdraft']);
    await change(wallet, { creditLimit: '500' });
    expect(await post(aTransaction(2, 1n, [wallet, cash]))).to.deep.equal(['posted']);

    expect((await standing(wallet)).minor).to.equal(-61n);
    await rejects(change(cash, { creditLimit: '5' }), 'ledger.not_bounded');
  });

  it('takes nothing while it is frozen, and goes on when it is not', async () => {
    const { post, change } = await setUp();

    await change(cash, { move: 'freeze' });
    expect(await post(aTransaction(1, 5n, [cash, wallet]))).to.deep.equal(['ledger.account_frozen']);
    await rejects(change(cash, { move: 'freeze' }), 'ledger.illegal_move');
    await change(cash, { move: 'unfreeze' });
    expect(await post(aTransaction(1, 5n, [cash, wallet]))).to.deep.equal(['posted']);
  });

  it('is closed for good, once it holds nothing', async () => {
    const { post, change } = await setUp();
    await post(aTransaction(1, 5n, [cash, wallet]));

    await rejects(change(cash, { move: 'close' }), 'ledger.not_empty');
    await post(aTransaction(2, 5n, [wallet, cash]));
    await change(cash, { move: 'close' });

    expect(await post(aTransaction(3, 5n, [cash, wallet]))).to.deep.equal(['ledger.account_closed']);
    await rejects(change(cash, { move: 'unfreeze' }), 'ledger.illegal_move');
  });

  it('keeps every change with its reason, and who made it', async () => {
    const { change, reports, standing } = await setUp();

    await change(wallet, { metadata: { owner: 'ada' } });
    await change(wallet, { move: 'freeze' });

    expect(await reports.changes(accountIdOf(wallet.code))).to.deep.equal([
      { ...changed, version: 1, state: 'open' },
      { ...changed, version: 2, state: 'frozen' },
    ]);
    expect((await standing(wallet)).settings).to.deep.include({ state: 'frozen', metadata: { owner: 'ada' } });
  });

  const changed = {
    creditLimit: 100n,
    metadata: { owner: 'ada' },
    reason: 'as the test says',
    changedBy: 'tester',
    changedAt: '2018-02-01T00:00:00.000Z',
  };

  it('is closed with nothing in it, whoever posts to it meanwhile', async () => {
    const { ledger, change, standing } = await setUp();
    const posts = Array.from({ length: 40 }, (_, n) => ledger.post([aTransaction(n + 1, 1n, [cash, wallet])]));

    const closed = await change(cash, { move: 'close' }).then(
      () => true,
      () => false,
    );
    await Promise.all(posts);

    const { minor, settings } = await standing(cash);
    expect(settings.state).to.equal(closed ? 'closed' : 'open');
    if (closed) expect(minor).to.equal(0n);
  });

  describe('by both clocks', () => {
    /** Told in February: of January. Told in March: of January, late, and of February. */
    const story = async () => {
      const parts = await setUp();
      await parts.post(aTransaction(1, 100n, [cash, wallet]));
      parts.clock.moveTo('2018-03-01T00:00:00Z');
      await parts.post(
        aTransaction(2, 7n, [cash, wallet]),
        aTransaction(3, 20n, [wallet, cash], { effectiveAt: instant('2018-02-10T00:00:00Z') }),
      );
      return parts;
    };
    const [id, february, march] = [
      accountIdOf(cash.code),
      instant('2018-02-01T00:00:00Z'),
      instant('2018-03-01T00:00:00Z'),
    ];

    it('shows the balance of any moment, as it is known now or was known then', async () => {
      const { reader } = await story();
      const balance = async (asOf: Parameters<typeof reader.balances>[1]) =>
        (await reader.balances([cash.code], asOf))[0]?.minor;

      expect(await balance({})).to.equal('87');
      expect(await balance({ before: february })).to.equal('107');
      expect(await balance({ recordedBefore: march })).to.equal('100');
      expect(await balance({ before: february, recordedBefore: march })).to.equal('100');
      expect(await balance({ recordedBefore: february })).to.equal('0');
    });

    it('draws a statement of any time, as it is known now or was known then', async () => {
      const { reports } = await story();
      const shown = async (from: string, until: string, recordedBefore?: typeof march) => {
        const filter = { from: instant(from), until: instant(until), recordedBefore };
        const statement = await reports.statement(id, filter);
        if (statement === undefined) throw new Error('no account');
        const { opening, increases, decreases, closing, entries } = statement;
        return [opening, increases, decreases, closing, entries];
      };

      expect(await shown('2018-01-01T00:00:00Z', '2018-02-01T00:00:00Z')).to.deep.equal([0n, 107n, 0n, 107n, 2]);
      expect(await shown('2018-02-01T00:00:00Z', '2018-03-01T00:00:00Z')).to.deep.equal([107n, 0n, 20n, 87n, 1]);
      expect(await shown('2018-02-01T00:00:00Z', '2018-03-01T00:00:00Z', march)).to.deep.equal([100n, 0n, 0n, 100n, 0]);
    });

    it('goes through its history by pages of any size, with the balance after each entry', async () => {
      const { reader, post } = await story();
      await post(...Array.from({ length: 9 }, (_, n) => aTransaction(10 + n, BigInt(n + 1), [cash, wallet])));
      const whole = await reader.entriesOf(id, { limit: 100 });

      for (const limit of [1, 2, 5]) {
        expect(await everyEntry(reader, id, limit)).to.deep.equal(whole?.data);
      }
      let running = 0n;
      for (const { minor, balance } of whole?.data ?? []) expect(balance).to.equal((running += BigInt(minor)));

      const later = await reader.entriesOf(id, { limit: 10 }, { from: february });
      expect(later?.data.map(({ minor, balance }) => [minor, balance])).to.deep.equal([['-20', running]]);
    });

    it('adds up the whole ledger likewise', async () => {
      const { reports } = await story();

      const total = async (asOf: Parameters<typeof reports.trialBalance>[0]) =>
        (await reports.trialBalance(asOf)).totals.find(({ currency }) => currency === 'BRL')?.debit;

      expect(await total({ recordedBefore: march })).to.equal(100n);
      expect(await total({ before: february })).to.equal(107n);
    });
  });

  it('closes with the period: what counts before is refused, and what counts after is not', async () => {
    const { post, closePeriod, reader } = await setUp();
    const before = aTransaction(1, 5n, [cash, wallet]);
    const [february, later] = [instant('2018-02-01T00:00:00Z'), instant('2018-02-01T00:00:00Z')];

    await closePeriod.run('wallet:', february, 'tester');
    await closePeriod.run('wallet:', JANUARY, 'tester');

    expect(await post(before, aTransaction(2, 5n, [till, cash]))).to.deep.equal(['ledger.closed_period', 'posted']);
    expect(await post({ ...before, effectiveAt: later })).to.deep.equal(['posted']);
    expect((await reader.closings()).map(({ scope, closedBefore }) => [scope, closedBefore])).to.deep.equal([
      ['wallet:', february],
    ]);
    await rejects(() => closePeriod.run('wallet', february, 'tester'), 'ledger.malformed_scope');
  });

  it('answers `exists` for what was posted before its period closed', async () => {
    const { post, closePeriod } = await setUp();
    const before = aTransaction(1, 5n, [cash, wallet]);
    await post(before);

    await closePeriod.run('', instant('2018-02-01T00:00:00Z'), 'tester');

    expect(await post(before)).to.deep.equal(['exists']);
  });

  describe('taking a transaction back', () => {
    it('posts its mirror image, linked, and once', async () => {
      const { post, reverse, standing } = await setUp();
      await post(aTransaction(1, 5n, [cash, wallet]));

      const first = await reverse.run(idOf('txn', 1), { reason: 'a mistake' });
      const second = await reverse.run(idOf('txn', 1), { reason: 'again', effectiveAt: JANUARY });

      expect(second).to.deep.equal(first);
      expect(first.reverses).to.equal(idOf('txn', 1));
      expect(first.postings.map(({ account, minor }) => [account, minor])).to.deep.equal([
        [cash.code, '-5'],
        [wallet.code, '5'],
      ]);
      expect(first.metadata).to.deep.equal({ order: 'A-1', reason: 'a mistake' });
      expect((await standing(cash)).minor).to.equal(0n);
    });

    it('takes nothing back that is not there, or is spent', async () => {
      const { post, reverse } = await setUp();
      await post(aTransaction(1, 5n, [cash, wallet]), aTransaction(2, 105n, [wallet, cash]));

      await rejects(reverse.run(idOf('txn', 9), { reason: 'x' }), 'ledger.transaction_not_found');
      await rejects(reverse.run(idOf('txn', 1), { reason: 'x' }), 'ledger.overdraft');
    });

    it('posts one of many that are asked for at once', async () => {
      const { post, reverse, standing } = await setUp();
      await post(aTransaction(1, 5n, [cash, euros.currency === 'EUR' ? assets : cash]));

      await Promise.all(Array.from({ length: 5 }, () => reverse.run(idOf('txn', 1), { reason: 'x' })));

      expect((await standing(cash)).minor).to.equal(0n);
    });
  });

  it('exchanges in one transaction that sums to zero in each currency', async () => {
    const { ledger, reader } = await setUp();
    const income = anAccount('income:eur', { currency: 'EUR', normalSide: 'credit' });
    await ledger.openAccounts([income]);
    const postings = (eur: string) => [
      { account: cash.code, minor: '-600' },
      { account: assets.code, minor: '600' },
      { account: euros.code, minor: '100' },
      { account: income.code, minor: eur },
    ];
    const exchange = { ...aTransaction(1, 1n), currency: undefined };

    const odd = await ledger.post([
      { ...exchange, postings: [...postings('-100').slice(0, 3), { account: assets.code, minor: '-100' }] },
    ]);
    expect(shortly(odd)).to.deep.equal(['ledger.unbalanced']);
    expect(shortly(await ledger.post([{ ...exchange, postings: postings('-100') }]))).to.deep.equal(['posted']);

    const posted = await reader.transaction(idOf('txn', 1));
    expect(posted?.postings.map(({ currency }) => currency)).to.deep.equal(['BRL', 'BRL', 'EUR', 'EUR']);
  });
});
