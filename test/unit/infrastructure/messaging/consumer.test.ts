import { expect } from 'chai';
import { consumer } from '../../../../src/infrastructure/messaging/consumer.ts';
import type { Envelope } from '../../../../src/shared/events.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { FakeTransaction } from '../../../support/fakes/fake-transaction.ts';

const event = (n: number): Envelope => ({
  id: idOf('evt', n),
  type: 'shop.sold',
  version: 1,
  source: 'shop',
  aggregate: 'a',
  aggregateVersion: n,
  partitionKey: 'a',
  occurredAt: instant('2026-01-01T00:00:00Z'),
  payload: {},
});

describe('a consumer', () => {
  const seen: string[] = [];
  const counting = () =>
    consumer('counting', new FakeTransaction({ schema: 'shop', tables: [], stores: () => ({}) }), [], (_, events) => {
      seen.push(...events.map(({ id }) => id));
      return Promise.resolve();
    });

  beforeEach(() => {
    seen.length = 0;
  });

  it('is handed an event once, though it is brought in several batches', async () => {
    const counts = counting();

    await counts.handle([event(1), event(2)]);
    await counts.handle([event(2), event(1), event(3)]);
    await counts.handle([event(3)]);

    expect(seen).to.deep.equal([idOf('evt', 1), idOf('evt', 2), idOf('evt', 3)]);
  });

  it('is handed an event once, though one batch holds it twice', async () => {
    await counting().handle([event(1), event(2), event(1)]);

    expect(seen).to.deep.equal([idOf('evt', 1), idOf('evt', 2)]);
  });
});
