import { expect } from 'chai';
import fc from 'fast-check';
import { fold } from '../../../../src/modules/orders/domain/fold.ts';
import { lifecycle } from '../../../../src/modules/orders/domain/life-cycle.ts';
import type { OrderEvent } from '../../../../src/modules/orders/domain/order-event.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { mayMove, moved } from '../../../../src/shared/lifecycle.ts';
import { rejects } from '../../../support/rejects.ts';

let count = 0;
const told = (kind: OrderEvent['kind'], day: number, data: object = {}): OrderEvent =>
  ({
    eventId: `otd/${(count += 1)}`,
    kind,
    occurredAt: instant(`2018-01-${String(day).padStart(2, '0')}T12:00:00Z`),
    data,
  }) as OrderEvent;

const line = (lineRef: string, quantity = 1) => ({ lineRef, quantity, unitPrice: { minor: '1000', currency: 'BRL' } });
const placed = (day: number, lines = [line('1')]) => told('placed', day, { currency: 'BRL', lines });

describe('folding an order', () => {
  it('says nothing of an order whose content nobody has told, and shows what was told of it until somebody does', () => {
    const early = told('delivered', 5);

    const { state, exceptions } = fold([early]);

    expect(state).to.equal('unknown');
    expect(exceptions).to.deep.equal([{ eventId: early.eventId, kind: 'delivered', reason: 'not_possible_now' }]);
    expect(fold([early, placed(2)])).to.deep.include({ state: 'delivered', exceptions: [] });
  });

  it('takes the furthest milestone as the state, however the clocks ran', () => {
    // Real data: carriers scan before the order is approved, and deliver before they collect.
    const order = fold([placed(2), told('in_transit', 9), told('confirmed', 10), told('delivered', 8)]);

    expect(order.state).to.equal('delivered');
    expect(order.milestones).to.have.keys('placed', 'in_transit', 'confirmed', 'delivered');
    expect(order.exceptions).to.be.empty;
  });

  it('takes an order that is called off before delivery as cancelled', () => {
    const order = fold([placed(2), told('confirmed', 3), told('cancelled', 4, { reason: 'changed my mind' })]);

    expect(order).to.deep.include({
      state: 'cancelled',
      cancelledAt: '2018-01-04T12:00:00.000Z',
      reason: 'changed my mind',
    });
  });

  it('takes an order that is called off after delivery as returned in full', () => {
    const order = fold([placed(2, [line('1', 2), line('2')]), told('delivered', 8), told('cancelled', 8)]);

    expect(order.state).to.equal('returned');
    expect(order.returns).to.have.length(1);
    expect(order.lines.map(({ returnedQuantity }) => returnedQuantity)).to.deep.equal([2, 1]);
  });

  it('keeps a milestone that lies after the cancellation as an exception, whichever came first', () => {
    const late = told('in_transit', 6);
    const cancelled = told('cancelled', 4);

    for (const order of [fold([placed(2), late, cancelled]), fold([placed(2), cancelled, late])]) {
      expect(order.state).to.equal('cancelled');
      expect(order.exceptions).to.deep.equal([
        { eventId: late.eventId, kind: 'in_transit', reason: 'after_cancellation' },
      ]);
    }
  });

  it('leaves an order in transit that is called delivered without a date', () => {
    // A status is a claim, a timestamp is a fact: without one there is no delivery, and nothing vests.
    expect(fold([placed(2), told('confirmed', 3), told('in_transit', 4)]).state).to.equal('in_transit');
  });

  it('resolves an early return by itself once the delivery is told', () => {
    const back = told('lines_returned', 9, { lines: [{ lineRef: '1', quantity: 1 }] });

    expect(fold([placed(2), back]).exceptions).to.deep.include({
      eventId: back.eventId,
      kind: 'lines_returned',
      reason: 'return_before_delivery',
    });
    expect(fold([placed(2), back, told('delivered', 8)])).to.deep.include({ state: 'returned', exceptions: [] });
  });

  it('never takes back more than was ordered', () => {
    const back = told('lines_returned', 9, { lines: [{ lineRef: '1', quantity: 2 }] });

    const order = fold([placed(2), told('delivered', 8), back]);

    expect(order.exceptions.map(({ reason }) => reason)).to.deep.equal(['returned_more_than_ordered']);
    expect(order.lines[0]?.returnedQuantity).to.equal(0);
  });

  it('counts the placed content, not the reserved one', () => {
    const reserved = told('reserved', 1, { currency: 'BRL', lines: [line('1'), line('2')] });

    const order = fold([reserved, placed(2, [line('1')])]);

    expect(order.lines).to.have.length(1);
    expect(order.placedAt).to.equal('2018-01-01T12:00:00.000Z');
  });

  it('gives one order for one set of events, shuffled or repeated', () => {
    const kinds = [
      'reserved',
      'placed',
      'confirmed',
      'in_production',
      'in_transit',
      'delivered',
      'completed',
      'cancelled',
      'charged_back',
    ] as const;
    const event = fc.record({ kind: fc.constantFrom(...kinds), day: fc.integer({ min: 1, max: 28 }) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 10 }), fc.infiniteStream(fc.nat()), (drawn, noise) => {
        const events = drawn.map(({ kind, day }) =>
          kind === 'reserved' || kind === 'placed'
            ? told(kind, day, { currency: 'BRL', lines: [line('1')] })
            : told(kind, day),
        );
        const keyed = [...events, ...events.slice(0, 3)].map((each) => ({ each, key: noise.next().value as number }));
        const shuffled = keyed.toSorted((a, b) => a.key - b.key).map(({ each }) => each);

        expect(fold(shuffled)).to.deep.equal(fold(events));
      }),
    );
  });
});

describe('the life cycle of an order', () => {
  const states = Object.keys(lifecycle) as (keyof typeof lifecycle)[];
  const actions = [...new Set(states.flatMap((state) => Object.keys(lifecycle[state])))];

  for (const state of states) {
    for (const action of actions) {
      const next = (lifecycle[state] as Readonly<Record<string, string>>)[action];
      it(next === undefined ? `refuses ${action} while ${state}` : `moves from ${state} to ${next}`, async () => {
        expect(mayMove(lifecycle, state, action as never)).to.equal(next !== undefined);
        if (next === undefined)
          await rejects(() => moved('orders', lifecycle, state, action as never), 'orders.illegal_move');
        else expect(moved('orders', lifecycle, state, action as never)).to.equal(next);
      });
    }
  }
});
