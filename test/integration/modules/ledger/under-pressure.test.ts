import { expect } from 'chai';
import { PostTransactions } from '../../../../src/modules/ledger/application/post-transactions.ts';
import type { NewTransaction } from '../../../../src/modules/ledger/index.ts';
import { LedgerTransaction } from '../../../../src/modules/ledger/ports/ledger-stores.ts';
import { SeededRandom } from '../../../support/clock.ts';
import { anAccount, aTransaction, shortly } from '../../../support/contracts/ledger-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { FakeLedger } from '../../../support/fakes/fake-ledger.ts';
import { ledgerOn } from '../../../support/ledger.ts';

const bank = anAccount('bank');
const wallets = Array.from({ length: 4 }, (_, n) =>
  anAccount(`wallet:${n}`, { normalSide: 'credit', bound: 'no_overdraft', ...(n === 0 && { creditLimit: '500' }) }),
);
const [lent = bank] = wallets;

/** From 1. */
const upTo = (random: SeededRandom, most: number): number => 1 + random.below(most);

describe('the ledger under pressure', function () {
  this.timeout(180_000);
  const database = withDatabase();

  it('never exceeds a bound in ten thousand attempts of callers who are grouped', async () => {
    const { grouped, ledger, auditor } = ledgerOn(database());
    await ledger.openAccounts([bank, ...wallets]);
    await ledger.post([aTransaction(1, 2_500n, [bank, lent])]);

    const verdicts = await Promise.all(
      Array.from({ length: 10_000 }, (_, n) => grouped.post([aTransaction(n + 2, 1n, [lent, bank])])),
    );

    const heard = shortly(verdicts.flat());
    expect(heard.filter((verdict) => verdict === 'posted')).to.have.length(3_000);
    expect(heard.filter((verdict) => verdict === 'ledger.overdraft')).to.have.length(7_000);
    expect((await ledger.balances([lent.code]))[0]?.minor).to.equal('-500');
    expect(await auditor.wrongBalances()).to.be.empty;
  });

  /** A process that dies now and then: before its commit, or after it and before anybody hears. */
  class Mortal extends LedgerTransaction {
    deaths = 0;
    commits = 0;

    constructor(
      private readonly inner: LedgerTransaction,
      private readonly random: SeededRandom,
    ) {
      super();
    }

    async run<Result>(work: Parameters<typeof this.inner.run<Result>>[0]): Promise<Result> {
      const fate = upTo(this.random, 6) - 1;
      const result = await this.inner.run(async (stores) => {
        const value = await work(stores);
        if (fate === 0) this.die();
        return value;
      });
      this.commits += 1;
      if (fate === 1) this.die();
      return result;
    }

    once(): never {
      throw new Error('nobody asks');
    }

    private die(): never {
      this.deaths += 1;
      throw new Error('killed');
    }
  }

  it('comes to what a plain ledger comes to, with batches sent twice and deaths before and after the commit', async () => {
    const random = new SeededRandom(7);
    const { ledger, transaction, clock, auditor } = ledgerOn(database());
    const mortal = new Mortal(transaction, random);
    const post = new PostTransactions(mortal, clock);
    const fake = new FakeLedger();
    for (const each of [ledger, fake]) await each.openAccounts([bank, ...wallets]);

    const insist = async (transactions: readonly NewTransaction[], linked: boolean): Promise<void> => {
      for (;;) {
        const answered = await post.run({ transactions, linked }).catch(() => undefined);
        if (answered !== undefined) return;
      }
    };
    const places = [bank, ...wallets];
    for (let n = 0; n < 150; n += 1) {
      const batch = Array.from({ length: upTo(random, 6) }, () =>
        aTransaction(upTo(random, 400), BigInt(upTo(random, 9)), [random.pick(places), random.pick(places)]),
      );
      const linked = n % 4 === 0;
      const before = mortal.commits;
      await insist(batch, linked);
      // Sent again after a commit that nobody heard of, it is posted to as any batch that comes twice.
      for (let commit = before; commit < mortal.commits; commit += 1) await fake.post(batch, { linked });
    }

    expect(mortal.deaths).to.be.greaterThan(20);
    const codes = places.map(({ code }) => code);
    expect(await ledger.balances(codes)).to.deep.equal(await fake.balances(codes));
    for (const found of [await auditor.unbalancedTransactions(), await auditor.wrongBalances()])
      expect(found).to.be.empty;
  });
});
