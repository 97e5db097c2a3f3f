import { expect } from 'chai';
import { PostgresOrderReader } from '../../../../src/modules/orders/adapters/postgres/postgres-order-reader.ts';
import { PostgresOrders } from '../../../../src/modules/orders/adapters/postgres/postgres-orders.ts';
import type { OrderStores } from '../../../../src/modules/orders/ports/orders.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { anOrder } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';
import { ordersContract } from '../../../support/contracts/orders-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

describe('the PostgreSQL store of orders', () => {
  const database = withDatabase();
  const make = () =>
    postgresTransaction<OrderStores>(database().as('orders'), (trx, outbox) => ({
      orders: new PostgresOrders(trx),
      outbox,
    }));

  ordersContract(() => Promise.resolve(make()));

  it('lists them oldest first, filtered by state and by the order’s own name, in pages', async () => {
    const kept = [1, 2, 3].map((n) =>
      anOrder({
        orderId: idOf('ord', n),
        programId: idOf('prg', n),
        orderRef: n === 2 ? 'B' : 'A',
        state: n === 3 ? 'delivered' : 'placed',
      }),
    );
    await make().run(async ({ orders }) => {
      const names = kept.map(({ orderId, programId, orderRef }) => ({ orderId, programId, orderRef }));
      await orders.open(names.map(({ orderId, ...name }) => ({ ...name, newId: orderId })));
      const changes = kept.map((facts, index) => ({ ...names[index]!, newEvents: [], facts, exceptions: [] }));
      await orders.save(changes, instant('2026-01-01T12:00:00Z'));
    });
    const reader = new PostgresOrderReader(database().as('orders').knex);
    const list = async (...asked: Parameters<PostgresOrderReader['page']>) =>
      (await reader.page(...asked)).data.map(({ orderId }) => orderId);

    expect(await list({ limit: 10 }, {})).to.deep.equal([1, 2, 3].map((n) => idOf('ord', n)));
    expect(await list({ limit: 10 }, { orderRef: 'A' })).to.deep.equal([idOf('ord', 1), idOf('ord', 3)]);
    expect(await list({ limit: 10 }, { orderRef: 'A', state: 'delivered' })).to.deep.equal([idOf('ord', 3)]);
    expect(await list({ limit: 10, after: [idOf('ord', 1)] }, { orderRef: 'A' })).to.deep.equal([idOf('ord', 3)]);
    expect(await list({ limit: 10 }, { orderRef: 'C' })).to.be.empty;
  });

  it('cannot see another module’s tables', async () => {
    const orders = database().as('orders');

    const seen = await rowsOf(orders.knex, 'select * from pipeline.accepted_events').catch((error: unknown) => error);

    expect(seen).to.be.instanceOf(Error).with.property('code', '42501');
  });
});
