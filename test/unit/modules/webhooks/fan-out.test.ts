import { expect } from 'chai';
import fc from 'fast-check';
import { type Announced, fanOut, type Subscriber } from '../../../../src/modules/webhooks/domain/fan-out.ts';
import {
  EVERY_TYPE,
  isSubscribable,
  PUBLIC_EVENT_TYPES,
} from '../../../../src/modules/webhooks/domain/public-events.ts';
import { grouped } from '../../../../src/shared/grouped.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';

const noon = instant('2018-03-01T12:00:00Z');

const anEvent = (n: number, overrides: Partial<Announced> = {}): Announced => ({
  eventId: idOf('evt', n),
  type: 'commission.accrued',
  occurredAt: noon,
  partnerId: idOf('par', 1),
  programId: idOf('prg', 1),
  data: { n },
  ...overrides,
});

const aSubscriber = (n: number, overrides: Partial<Subscriber> = {}): Subscriber => ({
  endpointId: idOf('whe', n),
  partnerId: idOf('par', 1),
  eventTypes: [EVERY_TYPE],
  lastSequence: 0,
  ...overrides,
});

describe('fanning out', () => {
  it('gives a partner’s event to its endpoints and to everybody’s, and to nobody else', () => {
    const { deliveries } = fanOut(
      [anEvent(1)],
      [aSubscriber(1), aSubscriber(2, { partnerId: idOf('par', 2) }), aSubscriber(3, { partnerId: undefined })],
    );

    expect(deliveries.map(({ endpointId }) => endpointId)).to.deep.equal([idOf('whe', 1), idOf('whe', 3)]);
  });

  it('gives an endpoint what it subscribed to: types, and a program', () => {
    const paid = anEvent(2, { type: 'commission.paid' });
    const elsewhere = anEvent(3, { programId: idOf('prg', 2) });
    const nowhere = anEvent(4, { programId: undefined, type: 'payout_profile.changed' });
    const events = [anEvent(1), paid, elsewhere, nowhere];
    const got = (overrides: Partial<Subscriber>) =>
      fanOut(events, [aSubscriber(1, overrides)]).deliveries.map(({ eventId }) => eventId);

    expect(got({ eventTypes: ['commission.paid'] })).to.deep.equal([paid.eventId]);
    expect(got({ programId: idOf('prg', 1) })).to.deep.equal([idOf('evt', 1), paid.eventId]);
    expect(got({})).to.have.length(4);
  });

  it('writes what is sent once, as type, timestamp and data', () => {
    const { messages } = fanOut(
      [anEvent(1), anEvent(2, { partnerId: idOf('par', 9) })],
      [aSubscriber(1), aSubscriber(2)],
    );

    expect(messages).to.have.length(1);
    expect(messages[0]?.body).to.equal(
      '{"type":"commission.accrued","timestamp":"2018-03-01T12:00:00.000Z","data":{"n":1}}',
    );
  });

  it('numbers each endpoint’s deliveries without gaps, in the order told, however the events are cut into batches', () => {
    const event = fc.record({ partner: fc.integer({ min: 1, max: 3 }), type: fc.constantFrom(...PUBLIC_EVENT_TYPES) });
    const subscriber = fc.record({
      partner: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      types: fc.subarray([EVERY_TYPE, ...PUBLIC_EVENT_TYPES], { minLength: 1 }),
    });
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 30 }),
        fc.array(subscriber, { maxLength: 5 }),
        fc.integer({ min: 1, max: 30 }),
        (drawn, wanted, batch) => {
          const events = drawn.map(({ partner, type }, n) => anEvent(n + 1, { partnerId: idOf('par', partner), type }));
          let subscribers = wanted.map(({ partner, types }, n) =>
            aSubscriber(n + 1, {
              partnerId: partner === undefined ? undefined : idOf('par', partner),
              eventTypes: types,
              lastSequence: n * 10,
            }),
          );
          const start = new Map(subscribers.map(({ endpointId, lastSequence }) => [endpointId, lastSequence]));
          const whole = fanOut(events, subscribers).deliveries;

          const parts = [];
          for (let from = 0; from < events.length; from += batch) {
            const { deliveries } = fanOut(events.slice(from, from + batch), subscribers);
            parts.push(...deliveries);
            const last = new Map(deliveries.map(({ endpointId, sequence }) => [endpointId, sequence]));
            subscribers = subscribers.map((each) => ({
              ...each,
              lastSequence: last.get(each.endpointId) ?? each.lastSequence,
            }));
          }

          expect(parts).to.deep.equal(whole);
          for (const [endpointId, deliveries] of grouped(whole, (each) => each.endpointId)) {
            const first = (start.get(endpointId) ?? 0) + 1;
            expect(deliveries.map(({ sequence }) => sequence)).to.deep.equal(deliveries.map((_, n) => first + n));
            expect(deliveries.map(({ eventId }) => eventId)).to.deep.equal(
              deliveries.map(({ eventId }) => eventId).toSorted(),
            );
          }
        },
      ),
    );
  });
});

describe('the words receivers subscribe to', () => {
  it('are public ones, and the star', () => {
    expect(isSubscribable('commission.paid')).to.equal(true);
    expect(isSubscribable('*')).to.equal(true);
    expect(isSubscribable('settlement.payout_settled')).to.equal(false);
    expect(isSubscribable('commission.*')).to.equal(false);
  });
});
