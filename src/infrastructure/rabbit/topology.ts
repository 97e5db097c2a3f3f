/**
 * Exchanges and queues, every argument written out so that RabbitMQ 3.10 and 4.x behave alike.
 *
 *   tributary.events (topic) ──<type>.v<n>.<lane>──▶ tributary.<consumer>.<lane>   quorum, single active consumer
 *                                                            │ delivered too often (a message that kills its reader)
 *                                                            ▼
 *                                    tributary.dead (fanout) ──▶ tributary.dead ──▶ the consumer's parking lot
 *
 * A partition key always takes the same lane, so its events stay in order however many lanes work side by side.
 */
import { createHash } from 'node:crypto';
import type { Channel } from 'amqplib';
import type { Consumer } from '../messaging/consumer.ts';

export const EVENTS = 'tributary.events';
export const DEAD = 'tributary.dead';
/** Each crash or restart with the message in hand counts as a delivery; a hundred is no accident. */
const DELIVERY_LIMIT = 100;

/** The same sum as `platform.lane` in the database: the first 28 bits of the key's MD5. */
export const laneOf = (partitionKey: string, lanes: number): number =>
  Number.parseInt(createHash('md5').update(partitionKey).digest('hex').slice(0, 7), 16) % lanes;

export const queueOf = (consumer: string, lane: number): string => `tributary.${consumer}.${lane}`;

/** The consumer whose queue that is. */
export const consumerOf = (queue: string): string => queue.slice('tributary.'.length, queue.lastIndexOf('.'));

export const routingKey = (type: string, lane: number): string => `${type}.${lane}`;

export const declare = async (channel: Channel, consumers: readonly Consumer[], lanes: number): Promise<void> => {
  await channel.assertExchange(EVENTS, 'topic', { durable: true });
  await channel.assertExchange(DEAD, 'fanout', { durable: true });
  await channel.assertQueue(DEAD, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000 },
  });
  await channel.bindQueue(DEAD, DEAD, '');
  for (const consumer of consumers) {
    for (let lane = 0; lane < lanes; lane += 1) await declareLane(channel, consumer, lane);
  }
};

const declareLane = async (channel: Channel, { name, types }: Consumer, lane: number): Promise<void> => {
  const queue = queueOf(name, lane);
  await channel.assertQueue(queue, {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-single-active-consumer': true,
      'x-delivery-limit': DELIVERY_LIMIT,
      'x-dead-letter-exchange': DEAD,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
    },
  });
  for (const type of types) await channel.bindQueue(queue, EVENTS, routingKey(type, lane));
};
