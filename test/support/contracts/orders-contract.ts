import { expect } from 'chai';
import type { OrderEvent } from '../../../src/modules/orders/domain/order-event.ts';
import type { OrderTransaction } from '../../../src/modules/orders/ports/orders.ts';
import { instant } from '../../../src/shared/instant.ts';
import { idOf } from '../clock.ts';

const programId = idOf('prg', 1);
const noon = instant('2026-01-01T12:00:00Z');
const confirmed = {
  eventId: 'otd/1',
  kind: 'confirmed',
  occurredAt: noon,
  data: {},
  receivedAt: noon,
} satisfies OrderEvent & { receivedAt: string };

/** What every store of orders promises; the fake and the real one both run through it. */
export const ordersContract = (make: () => Promise<OrderTransaction>): void => {
  it('makes an order at the first mention and finds it at the second', async () => {
    const transaction = await make();
    const open = (n: number) =>
      transaction.run(async ({ orders }) => {
        const opened = await orders.open([{ programId, orderRef: 'A-1', newId: idOf('ord', n) }]);
        const nothing = { newEvents: [], facts: undefined, exceptions: [] };
        await orders.save(
          opened.map(({ orderId, orderRef }) => ({ orderId, programId, orderRef, ...nothing })),
          noon,
        );
        return opened;
      });

    const [first] = await open(1);
    const [second] = await open(2);

    expect(first).to.deep.include({ orderId: idOf('ord', 1), orderRef: 'A-1', events: [] });
    expect(second?.orderId).to.equal(idOf('ord', 1));
  });

  it('opens what is known beside what is new, with all that was told of it', async () => {
    const transaction = await make();
    const key = (n: number, orderRef: string) => ({ programId, orderRef, newId: idOf('ord', n) });
    await transaction.run(async ({ orders }) => {
      await orders.open([key(1, 'A-1')]);
      const name = { orderId: idOf('ord', 1), programId, orderRef: 'A-1' };
      await orders.save([{ ...name, newEvents: [confirmed], facts: undefined, exceptions: [] }], noon);
    });

    const opened = await transaction.run(({ orders }) => orders.open([key(2, 'A-1'), key(3, 'A-2')]));

    const counts = opened.map(({ orderId, events }) => [orderId, events.length]);
    expect(counts).to.have.deep.members([
      [idOf('ord', 1), 1],
      [idOf('ord', 3), 0],
    ]);
  });

  it('makes an order once that is mentioned twice at the same time, and loses neither mention', async () => {
    const transaction = await make();
    const mention = (n: number) =>
      transaction.run(async ({ orders }) => {
        const [opened] = await orders.open([{ programId, orderRef: 'A-1', newId: idOf('ord', n) }]);
        if (opened === undefined) throw new Error('an order was asked for');
        const newEvents = [{ ...confirmed, eventId: `otd/${n}` }];
        await orders.save([{ ...opened, newEvents, facts: undefined, exceptions: [] }], noon);
        return opened.orderId;
      });

    const orderIds = new Set(await Promise.all([mention(1), mention(2), mention(3)]));

    expect([...orderIds]).to.have.length(1);
    const [journal] = await transaction.run(({ orders }) => orders.journals([...orderIds]));
    expect(journal?.events.map(({ eventId }) => eventId).toSorted()).to.deep.equal(['otd/1', 'otd/2', 'otd/3']);
  });

  it('gives back what was told, as it was told', async () => {
    const transaction = await make();
    const name = { orderId: idOf('ord', 1), programId, orderRef: 'A-1' };

    await transaction.run(async ({ orders }) => {
      await orders.open([{ programId, orderRef: 'A-1', newId: idOf('ord', 1) }]);
      await orders.save([{ ...name, newEvents: [confirmed], facts: undefined, exceptions: [] }], noon);
    });

    const [journal] = await transaction.run(({ orders }) => orders.journals([name.orderId]));
    const { receivedAt: _, ...event } = confirmed;
    expect(journal?.events).to.deep.equal([event]);
  });

  it('keeps nothing of a transaction that failed', async () => {
    const transaction = await make();

    await transaction
      .run(async ({ orders }) => {
        await orders.open([{ programId, orderRef: 'A-1', newId: idOf('ord', 1) }]);
        throw new Error('too late');
      })
      .catch(() => undefined);

    expect(await transaction.run(({ orders }) => orders.journals([idOf('ord', 1)]))).to.be.empty;
  });

  it('does the work of a message once, however often it comes', async () => {
    const transaction = await make();
    let done = 0;
    const work = () => {
      done += 1;
      return Promise.resolve();
    };

    for (let time = 0; time < 3; time += 1) await transaction.once('test', [idOf('evt', 1)], work);

    expect(done).to.equal(1);
  });
};
