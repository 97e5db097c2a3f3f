import { expect } from 'chai';
import type { Knex } from 'knex';
import type { LedgerPort, NewTransaction, PostVerdict } from '../../../../src/modules/ledger/index.ts';
import { PostgresJournal } from '../../../../src/modules/ledger/adapters/postgres/postgres-journal.ts';
import { judge } from '../../../../src/modules/ledger/domain/judge.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { SeededRandom } from '../../../support/clock.ts';
import { anAccount, aTransaction, shortly } from '../../../support/contracts/ledger-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { ledgerOn } from '../../../support/ledger.ts';

const bank = anAccount('bank');
const expense = anAccount('expense');
const wallets = Array.from({ length: 5 }, (_, n) =>
  anAccount(`wallet:${n}`, { kind: 'wallet', normalSide: 'credit', bound: 'no_overdraft' }),
);

/** Batches from several posters at once, each poster one after the other; all verdicts. */
const postAtOnce = async (
  ledger: LedgerPort,
  posters: readonly (readonly (readonly NewTransaction[])[])[],
): Promise<readonly PostVerdict[]> => {
  const verdicts = await Promise.all(
    posters.map(async (batches) => {
      const heard: PostVerdict[] = [];
      for (const batch of batches) heard.push(...(await ledger.post(batch)));
      return heard;
    }),
  );
  return verdicts.flat();
};

const count = (verdicts: readonly PostVerdict[], wanted: string): number =>
  shortly(verdicts).filter((verdict) => verdict === wanted).length;

describe('posting from many sides at once', () => {
  const database = withDatabase();

  const setUp = async () => {
    const parts = ledgerOn(database());
    await parts.ledger.openAccounts([bank, expense, ...wallets]);
    const balances = async () =>
      (await parts.ledger.balances(wallets.map(({ code }) => code))).map(({ minor }) => minor);
    const mustBeSound = async () => {
      const { auditor } = parts;
      expect(await auditor.unbalancedTransactions()).to.be.empty;
      expect(await auditor.wrongBalances()).to.be.empty;
      expect(await auditor.unbalancedCurrencies()).to.be.empty;
    };
    return { ...parts, balances, mustBeSound };
  };

  it('pays out of each account exactly what it holds, and not a cent more', async () => {
    const { ledger, balances, mustBeSound } = await setUp();
    const random = new SeededRandom(1);
    await ledger.post(wallets.map((wallet, n) => aTransaction(n + 1, 10_000n, [bank, wallet])));
    let n = 100;
    const payout = () => aTransaction((n += 1), 100n, [random.pick(wallets), bank]);
    const posters = Array.from({ length: 8 }, () =>
      Array.from({ length: 12 }, () => Array.from({ length: 10 }, payout)),
    );

    const verdicts = await postAtOnce(ledger, posters);

    // 960 payouts are asked for, 500 are covered; each account is asked for more than it holds.
    expect(count(verdicts, 'posted')).to.equal(500);
    expect(count(verdicts, 'ledger.overdraft')).to.equal(460);
    expect(await balances()).to.deep.equal(['0', '0', '0', '0', '0']);
    await mustBeSound();
  });

  it('never lets a balance leave its side, and never does a batch twice, whatever moves between the accounts', async () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const { ledger, attempts, balances, mustBeSound } = await setUp();
      const random = new SeededRandom(seed);
      const before = attempts();
      let n = seed * 100_000;
      const move = () => {
        const [from, to] = random.shuffled([bank, ...wallets]) as [typeof bank, typeof bank];
        return aTransaction((n += 1), BigInt(1 + random.below(500)), [from, to]);
      };
      const posters = Array.from({ length: 6 }, () =>
        Array.from({ length: 8 }, () => Array.from({ length: 10 }, move)),
      );

      const verdicts = await postAtOnce(ledger, posters);

      expect(count(verdicts, 'posted') + count(verdicts, 'ledger.overdraft'), `seed ${seed}`).to.equal(480);
      expect(
        (await balances()).filter((minor) => BigInt(minor) < 0n),
        `seed ${seed}`,
      ).to.be.empty;
      expect(attempts() - before, 'batches waited for each other in a circle').to.equal(48);
      await mustBeSound();
    }
  });

  it('posts each id once when all post the same, whether they wait for a balance or for nobody', async () => {
    const { ledger, balances, mustBeSound } = await setUp();
    const random = new SeededRandom(2);
    const all = Array.from({ length: 200 }, (_, n) =>
      aTransaction(n + 1, 5n, n % 2 === 0 ? [expense, bank] : [bank, wallets[0] ?? bank]),
    );
    const posters = Array.from({ length: 6 }, () => {
      const mine = random.shuffled(all);
      return Array.from({ length: 10 }, (_, n) => mine.slice(n * 20, n * 20 + 20));
    });

    const verdicts = await postAtOnce(ledger, posters);

    expect(count(verdicts, 'posted')).to.equal(200);
    expect(count(verdicts, 'exists')).to.equal(1_000);
    expect((await balances())[0]).to.equal('500');
    await mustBeSound();
  });

  /** Holds the first one's transaction open until the second waits for it; then lets it commit, or fails it. */
  const meeting = async (first: NewTransaction, second: readonly NewTransaction[], end: 'commit' | 'rollback') => {
    const { ledger, own, mustBeSound, balances } = await setUp();
    let posting: Promise<readonly PostVerdict[]> | undefined;
    await own.knex
      .transaction(async (trx) => {
        const journal = new PostgresJournal(trx);
        const codes = first.postings.map(({ account }) => account);
        const book = await journal.open(codes, [first.id]);
        await journal.append(judge([{ transactions: [first] }], book), book, first.effectiveAt);
        posting = ledger.post(second);
        await Promise.race([posting, somebodyWaits(database().owner.knex)]);
        if (end === 'rollback') throw new Error('the first one fails');
      })
      .catch(() => undefined);
    const verdicts = shortly((await posting) ?? []);
    await mustBeSound();
    return { verdicts, balance: (await balances())[0] };
  };

  it('finds the twin it waited for, and posts the rest of its batch', async () => {
    const twin = aTransaction(1, 5n, [expense, bank]);

    const { verdicts } = await meeting(twin, [twin, aTransaction(2, 5n, [expense, bank]), twin], 'commit');

    expect(verdicts).to.deep.equal(['exists', 'posted', 'exists']);
  });

  it('posts in the place of a twin that failed', async () => {
    const twin = aTransaction(1, 5n, [expense, bank]);

    const { verdicts } = await meeting(twin, [twin], 'rollback');

    expect(verdicts).to.deep.equal(['posted']);
  });

  it('judges all of it again when an id it had reckoned with was taken for something else', async () => {
    const [wallet = bank] = wallets;
    const brings = aTransaction(1, 500n, [bank, wallet]);
    const spends = aTransaction(2, 300n, [wallet, bank]);

    const { verdicts, balance } = await meeting(aTransaction(1, 5n, [expense, bank]), [brings, spends], 'commit');

    expect(verdicts).to.deep.equal(['ledger.id_reused', 'ledger.overdraft']);
    expect(balance).to.equal('0');
  });
});

const somebodyWaits = async (db: Knex): Promise<void> => {
  for (let waiting = 0; waiting === 0;) {
    const rows = await rowsOf(
      db,
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    waiting = rows.length;
  }
};
