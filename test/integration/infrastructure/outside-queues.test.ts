/** What programs that are none of ours get from RabbitMQ: a queue of their own, declared before anything is told. */
import { expect } from 'chai';
import type { ConsumeMessage } from 'amqplib';
import { RabbitBroker } from '../../../src/infrastructure/rabbit/rabbit-broker.ts';
import { withDatabase } from '../../support/database.ts';
import { PostOffice, ToldV1, WhisperedV1 } from '../../support/post-office.ts';
import { amqpUrl, newNamespace, onBroker, sweep } from '../../support/rabbit.ts';
import { nameOf } from '../../../src/shared/events.ts';
import { eventually } from '../../support/signals.ts';

interface Outside {
  readonly key: string;
  readonly version: number;
  readonly type: string;
  readonly data: unknown;
}

/** As docs/events.md says: one event in binary mode, or several as a batch. */
const eventsIn = ({ content, properties: { contentType, headers } }: ConsumeMessage): readonly Outside[] => {
  const json = JSON.parse(content.toString()) as unknown;
  if (contentType === 'application/cloudevents-batch+json')
    return (json as readonly Readonly<Record<string, unknown>>[]).map((event) => ({
      key: String(event['partitionkey']),
      version: Number(event['aggregateversion']),
      type: String(event['type']),
      data: event['data'],
    }));
  const attribute = (name: string): unknown => (headers as Readonly<Record<string, unknown>>)[`cloudEvents:${name}`];
  const version = Number(attribute('aggregateversion'));
  return [{ key: String(attribute('partitionkey')), version, type: String(attribute('type')), data: json }];
};

/** As its program reads it: the events so far, once there are that many. */
const drained = (queue: string, atLeast: number): Promise<readonly Outside[]> =>
  onBroker(amqpUrl(), async (channel) => {
    const got: Outside[] = [];
    await channel.consume(queue, (message) => {
      if (message === null) return;
      got.push(...eventsIn(message));
      channel.ack(message);
    });
    await eventually('the queue has it all', () => got.length >= atLeast);
    return got;
  });

describe('a queue for a program outside', () => {
  const database = withDatabase();
  let namespace: string;
  let office: PostOffice;
  const queue = (): string => `${namespace}.outside.warehouse`;

  beforeEach(async () => {
    namespace = newNamespace();
    const outside = [{ name: 'warehouse', types: [nameOf(ToldV1), nameOf(WhisperedV1)] }];
    office = await PostOffice.open(
      database(),
      ({ leadership, doorbell, consumers, report }) =>
        new RabbitBroker(
          { url: amqpUrl(), namespace, lanes: 2, bundle: 3, consumers, outside },
          leadership,
          doorbell,
          report,
        ),
    );
  });
  afterEach(async () => {
    await office.close();
    await onBroker(amqpUrl(), (channel) => channel.deleteQueue(queue()));
    await sweep(amqpUrl(), namespace);
  });

  it('has what no module hears as well, each once, in the order of its key, and modules miss nothing', async () => {
    const station = await office.station({ one: () => undefined }).start();

    await office.whisper('a');
    await office.tell('a', 'b', 'a', 'c', 'b');
    await office.whisper('a');
    await station.settled();

    const events = await drained(queue(), 7);
    expect(events.length).to.equal(7);
    const ofA = events.filter(({ key }) => key === 'a').map(({ version, type }) => [version, type]);
    const [told, whispered] = [nameOf(ToldV1), nameOf(WhisperedV1)];
    expect(ofA).to.deep.equal([
      [1, whispered],
      [2, told],
      [3, told],
      [4, whispered],
    ]);
    expect(events[0]?.data).to.deep.equal({ text: 'psst' });
    expect((await office.effects('one')).length).to.equal(5);
  });

  it('keeps what is told while its program is away, and nothing waits for that', async () => {
    const station = await office.station({ one: () => undefined }).start();
    await office.chatter(120, 5);
    await station.settled();
    await station.stop();

    const events = await drained(queue(), 120);

    expect(events.length).to.equal(120);
  });
});
