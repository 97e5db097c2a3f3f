/**
 * From the outbox into RabbitMQ, confirmed: our relay with a confirmation for each batch, beside the loop that waits
 * for each message. Quorum queues, persistent messages, as in production. What lies in the queues afterwards is held
 * against what was said.
 */
import { type Channel, type ChannelModel, connect } from 'amqplib';
import type { Consumer } from '../src/infrastructure/messaging/consumer.ts';
import { LocalDoorbell } from '../src/infrastructure/messaging/doorbell.ts';
import { OutboxReader } from '../src/infrastructure/postgres/outbox-reader.ts';
import { fromMessage, toMessage } from '../src/infrastructure/rabbit/message.ts';
import { OutboxRelay, RELAY } from '../src/infrastructure/rabbit/relay.ts';
import { Topology } from '../src/infrastructure/rabbit/topology.ts';
import { OrderEventReceivedV1 } from '../src/modules/pipeline/events.ts';
import { nameOf } from '../src/shared/events.ts';
import { cloneDatabase, type TestDatabase } from '../test/support/database.ts';
import { amqpUrl, newNamespace } from '../test/support/rabbit.ts';
import { pauseMs } from '../test/support/signals.ts';
import { bench } from './support/bench.ts';
import { takeAway } from './support/broker.ts';
import { type Finding, median } from './support/finding.ts';
import { fill } from './support/messages.ts';
import { countFaults, type Seen } from './support/seen.ts';

const ROUNDS = 3;
const A_ROUND = 15_000;
const ORDERS = 1_000;
const ONE_BY_ONE_MS = 1_500;
const LANES = 4;
/** As it is set where nobody set it. */
const BUNDLE = 64;

const hearer: Consumer = {
  name: 'bench',
  types: [nameOf(OrderEventReceivedV1)],
  handle: () => Promise.reject(new Error('nobody listens')),
};

interface Stage {
  readonly database: TestDatabase;
  readonly connection: ChannelModel;
}

/** Events a second, from the start to the cursor behind the last one. */
const relayed = async ({ database, connection }: Stage, topology: Topology): Promise<number> => {
  const outbox = database.as('pipeline');
  const watch = new OutboxReader(outbox);
  const last = (await watch.cursorOf(RELAY)) + BigInt(A_ROUND);
  const channel = await connection.createConfirmChannel();
  const stopping = new AbortController();
  const relay = new OutboxRelay(new OutboxReader(outbox), hearer.types, topology, new LocalDoorbell(), BUNDLE);
  const started = performance.now();
  const running = relay.run(channel, stopping.signal);
  while ((await watch.cursorOf(RELAY)) < last) await Promise.race([running, pauseMs(5)]);
  const took = performance.now() - started;
  stopping.abort();
  await running;
  await channel.close();
  return (A_ROUND / took) * 1_000;
};

/** What one writes first: publish, wait, next. */
const oneByOne = async ({ database, connection }: Stage, topology: Topology): Promise<number> => {
  const channel = await connection.createConfirmChannel();
  const { events } = await new OutboxReader(database.as('pipeline')).readUnopened(0n, A_ROUND);
  const started = performance.now();
  let count = 0;
  for (; performance.now() - started < ONE_BY_ONE_MS; count += 1) {
    const each = events[count % events.length];
    if (each === undefined) break;
    const { content, options } = toMessage(each);
    const key = topology.routingKey(nameOf(each.event), topology.laneOf(each.event.partitionKey));
    channel.publish(topology.events, key, content, options);
    await channel.waitForConfirms();
  }
  const took = performance.now() - started;
  await channel.close();
  return (count / took) * 1_000;
};

/** Everything in a lane's queue, in its order. */
const drain = async (channel: Channel, queue: string): Promise<readonly Seen[]> => {
  const { messageCount } = await channel.checkQueue(queue);
  const seen: Seen[] = [];
  let messages = 0;
  if (messageCount === 0) return seen;
  await channel.prefetch(2_000);
  await new Promise<void>((resolve) => {
    void channel.consume(queue, (message) => {
      if (message === null) return;
      for (const { event } of fromMessage(message))
        seen.push({ aggregate: event.aggregate, version: event.aggregateVersion });
      channel.ack(message);
      messages += 1;
      if (messages === messageCount) resolve();
    });
  });
  return seen;
};

const arrived = async ({ connection }: Stage, topology: Topology): Promise<readonly Seen[]> => {
  const channel = await connection.createChannel();
  const lanes = Array.from({ length: LANES }, (_, lane) => drain(channel, topology.queueOf(hearer.name, lane)));
  const seen = (await Promise.all(lanes)).flat();
  await channel.close();
  return seen;
};

const said = Array.from({ length: A_ROUND * ROUNDS }, (_, n) => ({
  aggregate: `order ${(n % A_ROUND) % ORDERS}`,
  version: 1 + Math.floor(n / ORDERS),
}));

const measure = async (stage: Stage, topology: Topology, spare: Topology): Promise<readonly Finding[]> => {
  const channel = await stage.connection.createChannel();
  for (const each of [topology, spare]) await each.declare(channel, [hearer]);
  await channel.close();
  const ours: number[] = [];
  const singles: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await fill(stage.database.as('pipeline'), A_ROUND, ORDERS);
    ours.push(await relayed(stage, topology));
    singles.push(await oneByOne(stage, spare));
  }
  const { lost, reordered } = countFaults(said, await arrived(stage, topology));
  const none = { unit: '', bar: { most: 0 }, isPromise: true } as const;
  const of = said.length.toLocaleString('en-US');
  return [
    {
      what: 'from the outbox, confirmed by RabbitMQ (4 lanes, quorum queues)',
      value: median(ours),
      unit: 'events/s',
      beside: { what: 'confirmed one by one', value: median(singles) },
      bar: { least: 8_000 },
    },
    { ...none, what: `lost on the way to RabbitMQ, of ${of}`, value: lost },
    { ...none, what: `reordered on the way to RabbitMQ, of ${of}`, value: reordered },
  ];
};

await bench(async () => {
  const database = await cloneDatabase();
  const connection = await connect(amqpUrl());
  const [topology, spare] = [new Topology(newNamespace(), LANES), new Topology(newNamespace(), LANES)];
  try {
    return { title: 'Relaying to RabbitMQ', findings: await measure({ database, connection }, topology, spare) };
  } finally {
    await connection.close();
    for (const each of [topology, spare]) await takeAway(each, [hearer.name]);
    await database.drop();
  }
});
