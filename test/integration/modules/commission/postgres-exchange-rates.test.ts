import { expect } from 'chai';
import { PostgresExchangeRates } from '../../../../src/modules/commission/adapters/postgres/postgres-exchange-rates.ts';
import { PostgresOrderLists } from '../../../../src/modules/commission/adapters/postgres/postgres-order-lists.ts';
import { PostgresOrderQueue } from '../../../../src/modules/commission/adapters/postgres/postgres-order-queue.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { decodeCursor } from '../../../../src/shared/page.ts';
import { idOf } from '../../../support/clock.ts';
import { exchangeRatesContract, type RateStores } from '../../../support/contracts/exchange-rates-contract.ts';
import { type TestDatabase, withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

const transactionOn = (database: TestDatabase) =>
  postgresTransaction<RateStores & { queue: PostgresOrderQueue }>(database.as('commission'), (trx) => ({
    rates: new PostgresExchangeRates(trx),
    queue: new PostgresOrderQueue(trx),
  }));

const now = instant('2018-02-01T00:00:00Z');

describe('the PostgreSQL store of exchange rates', () => {
  const database = withDatabase();

  exchangeRatesContract(() => Promise.resolve(transactionOn(database())));

  it('cannot change or forget a rate', async () => {
    for (const statement of [
      'update commission.exchange_rates set rate = 1',
      'delete from commission.exchange_rates',
      'update commission.rates_taken set rate = 1',
      'delete from commission.rates_taken',
    ]) {
      const refused = await rowsOf(database().as('commission').knex, statement).catch((error: unknown) => error);
      expect(refused, statement).to.have.property('code', '42501');
    }
  });

  it('lists rates, the newest first, page by page', async () => {
    const at = (day: number) => instant(`2018-01-0${day}T15:00:00Z`);
    const quoted = [1, 2, 3].map((day) => ({
      source: 'ecb',
      base: 'EUR',
      currency: 'BRL',
      at: at(day),
      rate: `3.${day}`,
    }));
    await transactionOn(database()).run(({ rates }) => rates.add(quoted, now));
    const lists = new PostgresOrderLists(database().as('commission').knex);

    const first = await lists.rates({ source: 'ecb', base: 'EUR' }, { limit: 2 });
    expect(first.data).to.deep.equal([quoted[2], quoted[1]]);
    const second = await lists.rates({ currency: 'BRL' }, { limit: 2, after: decodeCursor(first.nextCursor!) });
    expect(second).to.deep.equal({ data: [quoted[0]], nextCursor: null });
    expect((await lists.rates({ source: 'fed' }, { limit: 2 })).data).to.be.empty;
  });
});

describe('the list of orders that nobody can calculate', () => {
  const database = withDatabase();

  it('shows the longest waiting first, by program and reason, page by page, and counts what waits', async () => {
    const aside = (n: number, code: string) => ({
      orderId: idOf('ord', n),
      orderRef: `A-${n}`,
      programId: idOf('prg', (n % 2) + 1),
      code,
      detail: 'because',
      since: instant(`2018-01-0${n}T00:00:00Z`),
    });
    const orders = [
      aside(1, 'commission.no_terms'),
      aside(2, 'commission.rate_missing'),
      aside(3, 'commission.no_terms'),
    ];
    await transactionOn(database()).run(async ({ queue }) => {
      await queue.setAside(orders);
      await queue.againSetAside({ code: 'commission.no_terms' }, now);
    });
    const lists = new PostgresOrderLists(database().as('commission').knex);

    const first = await lists.uncalculated({}, { limit: 2 });
    expect(first.data).to.deep.equal(orders.slice(0, 2));
    const next = await lists.uncalculated({}, { limit: 2, after: decodeCursor(first.nextCursor!) });
    expect(next).to.deep.equal({ data: [orders[2]], nextCursor: null });
    const some = await lists.uncalculated({ programId: idOf('prg', 2), code: 'commission.no_terms' }, { limit: 9 });
    expect(some.data).to.deep.equal([orders[0], orders[2]]);
    expect(await lists.uncalculatedOrder(idOf('ord', 2))).to.deep.equal(orders[1]);
    expect(await lists.uncalculatedOrder(idOf('ord', 4))).to.equal(undefined);
    expect(await lists.backlog()).to.deep.equal({ orders: 2, periods: 0, setAside: 3 });
  });
});
