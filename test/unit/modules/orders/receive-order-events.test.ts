import { expect } from 'chai';
import { ReceiveOrderEvents, type ToldEvent } from '../../../../src/modules/orders/application/receive-order-events.ts';
import { RefoldOrder } from '../../../../src/modules/orders/application/refold-order.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { at, CountingIds, idOf } from '../../../support/clock.ts';
import { ordersContract } from '../../../support/contracts/orders-contract.ts';
import { FakeOrderTransaction } from '../../../support/fakes/fake-orders.ts';
import { rejects } from '../../../support/rejects.ts';

const content = {
  currency: 'BRL',
  lines: [{ lineRef: '1', quantity: 1, unitPrice: { minor: '1000', currency: 'BRL' } }],
};

const told = (kind: string, day: number, data: object = {}): ToldEvent => ({
  eventId: kind,
  source: 'otd',
  kind,
  programId: idOf('prg', 1),
  orderRef: 'A-1',
  occurredAt: instant(`2018-01-0${day}T00:00:00Z`),
  receivedAt: instant('2018-02-01T00:00:00Z'),
  data,
});

const setUp = () => {
  const transaction = new FakeOrderTransaction();
  const receive = new ReceiveOrderEvents(new CountingIds(), at('2018-02-01T00:00:00Z'));
  return { transaction, receive: (...events: ToldEvent[]) => transaction.run((stores) => receive.run(stores, events)) };
};

describe('receiving order events', () => {
  it('says nothing until the content of the order is told, and then everything in order', async () => {
    const { transaction, receive } = setUp();

    await receive(told('delivered', 5), told('confirmed', 3));
    expect(transaction.published).to.be.empty;
    await receive(told('placed', 2, content));

    expect(transaction.published.map(nameOf)).to.deep.equal([
      'orders.order_placed.v1',
      'orders.milestone_reached.v1',
      'orders.milestone_reached.v1',
    ]);
    expect(transaction.published.map(({ payload }) => (payload as { milestone?: string }).milestone)).to.deep.equal([
      undefined,
      'confirmed',
      'delivered',
    ]);
  });

  it('numbers what it says of an order without gaps', async () => {
    const { transaction, receive } = setUp();

    await receive(told('placed', 2, content));
    await receive(told('confirmed', 3), told('delivered', 5));

    expect(transaction.published.map(({ aggregateVersion }) => aggregateVersion)).to.deep.equal([1, 2, 3]);
  });

  it('says nothing again when told again', async () => {
    const { transaction, receive } = setUp();
    await receive(told('placed', 2, content));

    await receive(told('placed', 2, content));

    expect(transaction.published).to.have.length(1);
  });

  it('tells when what attribution went by turns out to be otherwise', async () => {
    const { transaction, receive } = setUp();
    await receive(told('placed', 2, content));

    await receive(told('reserved', 1, { ...content, clickId: idOf('clk', 1) }));
    await receive(told('confirmed', 3));

    expect(transaction.published.map(nameOf)).to.deep.equal([
      'orders.order_placed.v1',
      'orders.order_amended.v1',
      'orders.milestone_reached.v1',
      'orders.milestone_reached.v1',
    ]);
    expect(transaction.published[1]?.payload).to.deep.include({ placedAt: '2018-01-01T00:00:00.000Z' });
  });

  it('tells who ordered, by what others know them by, and when that turns out to be otherwise', async () => {
    const { transaction, receive } = setUp();
    const customer = { customerRef: 'c-1', customerEmailFingerprint: 'e', customerPhoneFingerprint: 'p' };
    await receive(told('reserved', 1, content));

    await receive(told('placed', 2, { ...content, ...customer }));

    const [placed, amended] = transaction.published;
    expect(JSON.stringify(placed?.payload)).not.to.include('customer');
    expect(amended?.type).to.equal('orders.order_amended');
    expect(amended?.payload).to.deep.include(customer);
  });

  it('keeps the first order of a customer as a moment, whatever zone it was told in', async () => {
    const { transaction, receive } = setUp();

    await receive(told('placed', 2, { ...content, customer: { firstOrderAt: '2016-05-01T02:00:00+02:00' } }));

    expect(transaction.all()[0]?.facts?.customer).to.deep.equal({ firstOrderAt: instant('2016-05-01T00:00:00Z') });
  });

  it('refuses a kind nobody taught it, and keeps nothing of the batch', async () => {
    const { transaction, receive } = setUp();

    await rejects(receive(told('placed', 2, content), told('teleported', 3)), 'orders.unknown_kind');

    expect(transaction.all()).to.be.empty;
  });
});

describe('folding an order again', () => {
  it('is refused for an order nobody knows', async () => {
    const transaction = new FakeOrderTransaction();

    await rejects(new RefoldOrder(transaction, at('2018-02-01T00:00:00Z')).run(idOf('ord', 9)), 'orders.not_found');
  });

  it('lists what still does not fit, and says nothing new', async () => {
    const { transaction, receive } = setUp();
    await receive(told('placed', 2, content), told('cancelled', 3), told('delivered', 5));
    const said = transaction.published.length;

    const exceptions = await new RefoldOrder(transaction, at('2018-02-01T00:00:00Z')).run(
      transaction.all()[0]!.orderId,
    );

    expect(exceptions).to.deep.equal([{ eventId: 'otd/delivered', kind: 'delivered', reason: 'after_cancellation' }]);
    expect(transaction.published).to.have.length(said);
  });
});

describe('the fake store of orders', () => {
  ordersContract(() => Promise.resolve(new FakeOrderTransaction()));
});
