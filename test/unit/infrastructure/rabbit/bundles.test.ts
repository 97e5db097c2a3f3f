import type { Message } from 'amqplib';
import { expect } from 'chai';
import type { Unopened } from '../../../../src/infrastructure/postgres/outbox-reader.ts';
import { bundled } from '../../../../src/infrastructure/rabbit/bundles.ts';
import { countIn, fromMessage, toMessage } from '../../../../src/infrastructure/rabbit/message.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';

const told = (position: number, over: Partial<Unopened['event']> = {}, json = '{"a": 1}'): Unopened => ({
  position: BigInt(position),
  event: {
    id: idOf('evt', position),
    type: 'shop.sold',
    version: 1,
    source: 'shop',
    aggregate: 'order "7"\n',
    aggregateVersion: position,
    partitionKey: '0',
    occurredAt: instant('2026-01-01T00:00:00Z'),
    traceparent: undefined,
    ...over,
  },
  json,
});

const brought = (...events: readonly [Unopened, ...Unopened[]]): Message => {
  const { content, options } = toMessage(...events);
  return { content, properties: options, fields: {} } as unknown as Message;
};

describe('events of one message', () => {
  const inBundles = (most: number, ...events: readonly Unopened[]) =>
    bundled(events, Number, most).map((bundle) => [
      bundle.lane,
      bundle.type,
      bundle.events.map(({ position }) => Number(position)),
    ]);

  it('are neighbours in a lane, of one type', () => {
    const other = { type: 'shop.closed' };
    const events = [
      told(1),
      told(2, { partitionKey: '1' }),
      told(3),
      told(4, { partitionKey: '1' }),
      told(5, other),
      told(6),
      told(7, { version: 2 }),
    ];

    expect(inBundles(64, ...events)).to.deep.equal([
      [0, 'shop.sold.v1', [1, 3]],
      [1, 'shop.sold.v1', [2, 4]],
      [0, 'shop.closed.v1', [5]],
      [0, 'shop.sold.v1', [6]],
      [0, 'shop.sold.v2', [7]],
    ]);
  });

  it('are so many at most, and no longer than a message should be', () => {
    expect(inBundles(2, told(1), told(2), told(3)).map(([, , positions]) => positions)).to.deep.equal([[1, 2], [3]]);
    const long = JSON.stringify('x'.repeat(65_536));
    const events = [told(1), told(2, {}, long), told(3)];
    expect(inBundles(64, ...events).map(([, , positions]) => positions)).to.deep.equal([[1, 2], [3]]);
  });

  it('come out as they went in, alone or with others', () => {
    const traced = told(
      2,
      { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
      '{"b":"\\u00e9ß"}',
    );
    const opened = [
      { position: 1n, event: { ...told(1).event, payload: { a: 1 } } },
      { position: 2n, event: { ...traced.event, payload: { b: 'éß' } } },
    ];

    expect(fromMessage(brought(told(1)))).to.deep.equal(opened.slice(0, 1));
    expect(fromMessage(brought(traced))).to.deep.equal(opened.slice(1));
    expect(fromMessage(brought(told(1), traced))).to.deep.equal(opened);
    expect([countIn(brought(told(1))), countIn(brought(told(1), traced))]).to.deep.equal([1, 2]);
  });

  it('are refused together when one of them cannot be read', () => {
    const strange = told(2, { id: 'nobody' as Unopened['event']['id'] });
    const message = brought(told(1), strange);

    expect(() => fromMessage(message))
      .to.throw(AppError)
      .with.property('kind', 'invalid');
  });
});
