import { type Channel, connect } from 'amqplib';
import { randomBytes } from 'node:crypto';
import { Topology } from '../../src/infrastructure/rabbit/topology.ts';

export const amqpUrl = (): string => {
  const url = process.env['AMQP_URL'];
  if (!url) throw new Error('integration tests need AMQP_URL; `make test` starts a broker and sets it');
  return url;
};

/** Names at the broker that no other test has. */
export const newNamespace = (): string => `test-${randomBytes(6).toString('hex')}`;

export const onBroker = async <Result>(url: string, work: (channel: Channel) => Promise<Result>): Promise<Result> => {
  const connection = await connect(url);
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined); // whoever asked hears of it
    return await work(channel);
  } finally {
    await connection.close();
  }
};

/** Takes away what a test declared. */
export const sweep = (
  url: string,
  namespace: string,
  consumers: readonly string[] = ['one', 'two', 'picky', 'easy', 'moody'],
): Promise<void> =>
  onBroker(url, async (channel) => {
    const topology = new Topology(namespace, 2);
    for (const consumer of consumers) {
      for (const lane of [0, 1]) await channel.deleteQueue(topology.queueOf(consumer, lane));
    }
    await channel.deleteQueue(topology.dead);
    for (const exchange of [topology.events, topology.dead]) await channel.deleteExchange(exchange);
  });
