import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { sealedPayment } from '../../../../src/modules/settlement/application/rails/sealed-payment.ts';
import { settlementStores } from '../../../../src/modules/settlement/adapters/postgres/settlement-stores.ts';
import { uetrOf } from '../../../../src/modules/settlement/domain/rails/uetr.ts';
import { at, idOf } from '../../../support/clock.ts';
import { cloneDatabase, type TestDatabase } from '../../../support/database.ts';
import { endOf } from '../../../support/process.ts';
import { railsContract } from '../../../support/contracts/rails-contract.ts';
import { callRailsOn, paidByRails } from '../../../support/rails-on.ts';
import { GlassVault, noonOf } from '../../../support/settlement-story.ts';
import { aProfile } from '../../../support/settling-partners.ts';
import { postgresTransaction } from '../../../support/transaction.ts';
import { WalletProvider } from '../../../support/wallet-provider.ts';

const payoutId = idOf('pay', 1);
const sentAt = noonOf('02-05');

/** A payout that was submitted, and whose payment waits to be sent. */
const preparedDatabase = async (): Promise<TestDatabase> => {
  const database = await cloneDatabase();
  const { transaction } = callRailsOn(database.as('settlement'), 'http://127.0.0.1:1', sentAt);
  const { batch, payouts } = await paidByRails(transaction, 'wallet');
  await transaction.run(async ({ rails }) => {
    const [payout] = payouts;
    const creditor = { ...aProfile(idOf('par', 1)), method: 'wallet', wallet: { id: 'ana@example.com' } } as const;
    const payment = { endToEndId: payoutId, uetr: uetrOf(payoutId), amount: payout!.amount, creditor, remittance: 'x' };
    const order = { messageId: batch.id, createdAt: sentAt, executeOn: '2018-02-05', debtor: creditor, payments: [] };
    await rails.add([sealedPayment(batch, order, payment, new GlassVault())]);
  });
  return database;
};

/** The signal or the exit code it ends with. */
const callIn = (database: TestDatabase, url: string, now: string, fault = ''): Promise<string | number> =>
  endOf('test/support/call-rails-in-a-process.ts', database.url, url, now, fault);

const stateOf = async ({ owner }: TestDatabase): Promise<string | undefined> => {
  const [row] = await rowsOf<{ state: string }>(owner.knex, `select state from settlement.payouts order by id limit 1`);
  return row?.state;
};

describe('a call to a rail killed with SIGKILL', () => {
  // Commits of a call, in order: what is due · it is being sent · (here it is sent) · what came of it.
  for (const [when, fault, sends, state] of [
    ['before it is on disk that it is being sent, sends it the next time', 'before_commit@settlement:2', 1, 'accepted'],
    [
      'after that, and before it is sent, asks and does not send: nobody knows',
      'after_commit@settlement:2',
      0,
      'unknown',
    ],
    [
      'after it was sent, and before that is noted, asks and does not send again',
      'before_commit@settlement:3',
      1,
      'accepted',
    ],
    ['after it was noted, has nothing to send', 'after_commit@settlement:3', 1, 'accepted'],
  ] as const) {
    it(when, async () => {
      const provider = new WalletProvider({ dialect: 'paypal', seed: 'a', skewMs: 0 }, at(sentAt));
      provider.script(payoutId, { call: 'answered', fate: 'stuck' });
      const [database, url] = await Promise.all([preparedDatabase(), provider.listen()]);
      try {
        const end = await callIn(database, url, sentAt, fault);
        const again = await callIn(database, url, noonOf('02-06'));
        const onceMore = await callIn(database, url, noonOf('02-07'));

        expect([end, again, onceMore]).to.deep.equal(['SIGKILL', 0, 0]);
        expect(provider.sent.map(({ key }) => key)).to.deep.equal(Array.from({ length: sends }, () => payoutId));
        expect(await stateOf(database)).to.equal(state);
      } finally {
        await provider.close();
        await database.drop();
      }
    });
  }
});

describe('the store of payments on rails in PostgreSQL', () => {
  const databases: TestDatabase[] = [];

  after(() => Promise.all(databases.map((database) => database.drop())));

  railsContract(async () => {
    const database = await cloneDatabase();
    databases.push(database);
    const transaction = postgresTransaction(database.as('settlement'), settlementStores);
    await paidByRails(transaction, 'ach');
    return transaction;
  });
});
