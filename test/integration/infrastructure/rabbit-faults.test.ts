/** What can happen to RabbitMQ itself: killed, out of memory, deaf, misconfigured; messages that kill or mean nothing. */
import { expect } from 'chai';
import type { Channel } from 'amqplib';
import { RabbitBroker } from '../../../src/infrastructure/rabbit/rabbit-broker.ts';
import { Topology } from '../../../src/infrastructure/rabbit/topology.ts';
import { RELAY } from '../../../src/infrastructure/rabbit/relay.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { ChaosProxy } from '../../support/chaos-proxy.ts';
import { withDatabase } from '../../support/database.ts';
import { temporaryFolder } from '../../support/folder.ts';
import {
  type Effect,
  inOrder,
  type MakeBroker,
  PostOffice,
  type Station,
  versionsByKey,
} from '../../support/post-office.ts';
import { amqpUrl, newNamespace, onBroker, sweep } from '../../support/rabbit.ts';
import { type OwnRabbit, startRabbit } from '../../support/services/rabbit.ts';
import { eventually, pauseMs } from '../../support/signals.ts';

const LANES = 2;
const nothing = (): void => undefined;

const rabbitAt =
  (url: string, namespace: string): MakeBroker =>
  ({ leadership, doorbell, consumers, report }) =>
    new RabbitBroker({ url, namespace, lanes: LANES, bundle: 64, consumers }, leadership, doorbell, report);

const codes = ({ errors }: Station): readonly string[] =>
  errors.map((error) => (error instanceof AppError ? error.code : String(error)));

const allOnceInOrder = (effects: readonly Effect[], told: readonly string[]): void => {
  expect(effects.map(({ event_id }) => event_id)).to.have.members(told);
  expect(effects.length).to.equal(told.length);
  expect([...versionsByKey(effects).values()].every(inOrder)).to.equal(true);
};

describe('what is declared at RabbitMQ', () => {
  const database = withDatabase();
  let namespace: string;
  let topology: Topology;
  let office: PostOffice;

  beforeEach(async () => {
    namespace = newNamespace();
    topology = new Topology(namespace, LANES);
    office = await PostOffice.open(database(), rabbitAt(amqpUrl(), namespace));
  });
  afterEach(async () => {
    await office.close();
    await sweep(amqpUrl(), namespace);
  });

  const lane = (key: string): string => topology.queueOf('one', topology.laneOf(key));

  it('is declared again when a binding was taken away; until then the rows stay where they are', async () => {
    const station = await office.station({ one: nothing }).start();
    await office.tell('a');
    await station.settled();
    const cursor = await station.outboxes[0]?.cursorOf(RELAY);

    await onBroker(amqpUrl(), (channel) =>
      channel.unbindQueue(lane('a'), topology.events, topology.routingKey('sender.told.v1', topology.laneOf('a'))),
    );
    await office.tell('a', 'a');
    await eventually('the relay says so', () => codes(station).includes('broker.unroutable'));
    await station.settled();

    expect(cursor).to.equal(1n);
    allOnceInOrder(await office.effects('one'), await office.told());
  });

  it('is declared again when a queue was taken away', async () => {
    const station = await office.station({ one: nothing }).start();
    await office.tell('a');
    await station.settled();

    await onBroker(amqpUrl(), (channel) => channel.deleteQueue(lane('a')));
    await eventually('the worker notices', () => codes(station).includes('broker.unavailable'));
    await office.tell('a', 'a');
    await station.settled();

    allOnceInOrder(await office.effects('one'), await office.told());
  });

  it('brings a message that was delivered too often to the parking lot, where it can be re-driven', async () => {
    const relay = await office.station({ one: nothing }).start('relay');
    await office.tell('a:killer');
    await eventually('it is at the broker', async () => (await relay.outboxes[0]?.cursorOf(RELAY)) === 1n);
    await onBroker(amqpUrl(), (channel) => dieOf(channel, lane('a'), topology.dead));
    const station = await office.station({ one: nothing }).start();

    await station.settled();
    await office.tell('a', 'b');
    await station.settled();

    const parked = await station.lotOf('one').list(10);
    expect(parked.map(({ envelope, code }) => `${envelope.aggregate} ${code}`)).to.deep.equal([
      'a messaging.delivery_limit',
      'a messaging.behind_parked',
    ]);
    expect(await station.inboundOf('one').redrive('a')).to.equal(2);
    allOnceInOrder(await office.effects('one'), await office.told());
    await relay.stop();
  });

  it('parks all that travelled with what killed its reader, each under its own key', async () => {
    const relay = await office.station({ one: nothing }).start('relay');
    await office.tell('a:killer', 'a', 'a');
    await eventually('it is at the broker', async () => (await relay.outboxes[0]?.cursorOf(RELAY)) === 3n);
    await onBroker(amqpUrl(), (channel) => dieOf(channel, lane('a'), topology.dead));
    const station = await office.station({ one: nothing }).start();

    await station.settled();

    expect(
      (await station.lotOf('one').list(10)).map(({ envelope, code }) => `${envelope.aggregateVersion} ${code}`),
    ).to.deep.equal([1, 2, 3].map((version) => `${version} messaging.delivery_limit`));
    expect(await station.inboundOf('one').redrive('a')).to.equal(3);
    allOnceInOrder(await office.effects('one'), await office.told());
    await relay.stop();
  });

  it('keeps a message that is none of ours among the dead, and lets all others pass', async () => {
    const station = await office.station({ one: nothing }).start();
    const key = topology.routingKey('sender.told.v1', topology.laneOf('a'));
    await eventually('the queues are there', () =>
      onBroker(amqpUrl(), async (channel) => {
        await channel.checkQueue(lane('a'));
        channel.publish(topology.events, key, Buffer.from('not ours'));
        await channel.checkQueue(lane('a'));
        return true;
      }).catch(() => false),
    );
    await eventually('it is reported', () => codes(station).filter((code) => code === 'event.unreadable').length === 2);

    await office.tell('a', 'a');
    await station.settled();
    await station.stop();

    allOnceInOrder(await office.effects('one'), await office.told());
    const { messageCount } = await onBroker(amqpUrl(), (channel) => channel.checkQueue(topology.dead));
    expect(messageCount).to.equal(1);
  });

  it('is served by a second relay when the first one stops', async () => {
    const first = await office.station({ one: nothing }).start();
    await office.chatter(10, 2);
    await first.settled();
    const second = await office.station({ one: nothing }).start();

    const telling = office.chatter(60, 4);
    await first.stop();
    await telling;
    await second.settled();

    allOnceInOrder(await office.effects('one'), await office.told());
  });
});

/** Takes the message and gives it back until the broker has enough of that. */
const dieOf = async (channel: Channel, queue: string, dead: string): Promise<void> => {
  await eventually('it arrives', async () => (await channel.checkQueue(queue)).messageCount === 1);
  await channel.prefetch(1);
  await channel.consume(queue, (message) => {
    if (message) channel.nack(message, false, true);
  });
  await eventually('it is dead', async () => (await channel.checkQueue(dead)).messageCount === 1);
};

describe('a RabbitMQ of our own', function () {
  this.timeout(90_000);
  const folder = temporaryFolder();
  const database = withDatabase();
  let rabbit: OwnRabbit;
  let office: PostOffice;
  let proxy: ChaosProxy;

  const namespace = newNamespace();

  before(async () => {
    rabbit = await startRabbit(folder.path);
    proxy = await ChaosProxy.before(rabbit.url);
  });
  after(async () => {
    await proxy.close();
    await rabbit.stop();
    folder.remove();
  });
  beforeEach(async () => {
    office = await PostOffice.open(database(), rabbitAt(proxy.url, namespace));
  });
  afterEach(() => office.close());

  it('is waited for while it has no room: it says so, and everything comes when it has', async () => {
    const station = await office.station({ one: nothing, two: nothing }).start();
    await office.tell('a');
    await station.settled();

    rabbit.control('set_vm_memory_high_watermark', 'absolute', '1MB');
    await office.chatter(40, 4);
    await eventually('it says so', () => codes(station).includes('broker.blocked'), 20_000);
    await pauseMs(200);
    expect((await office.effects('one')).length).to.equal(1);

    rabbit.control('set_vm_memory_high_watermark', 'absolute', '1GB');
    await station.settled(30_000);
    allOnceInOrder(await office.effects('one'), await office.told());
  });

  it('is found again after its links died silently, by the heartbeats that stay away', async () => {
    const station = await office.station({ one: nothing, two: nothing }).start();
    await office.tell('a');
    await station.settled();

    proxy.blackhole('both');
    await office.chatter(20, 4);
    const started = performance.now();
    await eventually('it is noticed', () => station.errors.length > 0, 20_000);
    expect(performance.now() - started).to.be.lessThan(17_000);
    proxy.heal();
    await station.settled(20_000);

    allOnceInOrder(await office.effects('one'), await office.told());
  });

  // Last: RabbitMQ writes down where a new queue is some seconds late, and a queue that it forgot never comes back.
  it('loses nothing when it is killed under load and starts again; nothing takes effect twice', async () => {
    const station = await office.station({ one: nothing, two: nothing }).start();
    await office.chatter(50, 5);
    await eventually('work has begun', async () => (await office.effects('one')).length > 0);

    const telling = office.chatter(300, 5);
    rabbit.kill();
    await telling; // nobody who tells waits for the broker
    await rabbit.restart();
    await office.chatter(20, 5);
    await station.settled(40_000);

    for (const hearer of ['one', 'two']) allOnceInOrder(await office.effects(hearer), await office.told());
  });
});
