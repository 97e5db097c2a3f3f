/**
 * Exchanges and queues, every argument written out so that RabbitMQ 3.10 and 4.x behave alike.
 *
 *   tributary.events (topic) ──<type>.v<n>.<lane>──▶ tributary.<consumer>.<lane>   quorum, single active consumer
 *                                                            │ delivered too often (a message that kills its reader)
 *                                                            ▼
 *                                    tributary.dead (fanout) ──▶ tributary.dead ──▶ the consumer's parking lot
 *
 * A program outside has one queue for all lanes, `tributary.outside.<name>`: what it cannot read is its own affair.
 *
 * A partition key always takes the same lane, so its events stay in order however many lanes work side by side. The
 * first word of every name is the namespace: programs that share a broker take different ones.
 */
import { hash } from 'node:crypto';
import type { Channel } from 'amqplib';
import type { Consumer } from '../messaging/consumer.ts';
import type { OutsideQueue } from './outside.ts';

/** Each crash or restart with the message in hand counts as a delivery; a hundred is no accident. */
const DELIVERY_LIMIT = 100;
/** As good as none, for queues whose messages nobody may drop. */
const NO_DELIVERY_LIMIT = 1_000_000;
/** Of a topic exchange: any one word. */
const ANY_LANE = '*';

export class Topology {
  constructor(
    private readonly namespace: string,
    /** Queues a consumer. */
    readonly lanes: number,
  ) {}

  get events(): string {
    return `${this.namespace}.events`;
  }

  get dead(): string {
    return `${this.namespace}.dead`;
  }

  /** The same sum as `platform.lane` in the database: the first 28 bits of the key's MD5. */
  laneOf(partitionKey: string): number {
    return Number.parseInt(hash('md5', partitionKey).slice(0, 7), 16) % this.lanes;
  }

  queueOf(consumer: string, lane: number): string {
    return `${this.namespace}.${consumer}.${lane}`;
  }

  /** Whose queue that is; undefined when it is none of ours. */
  ownerOf(queue: string): { readonly consumer: string; readonly lane: number } | undefined {
    const [, consumer, lane] = /^(.+)[.](\d+)$/.exec(queue.slice(this.namespace.length + 1)) ?? [];
    return queue.startsWith(`${this.namespace}.`) && consumer !== undefined
      ? { consumer, lane: Number(lane) }
      : undefined;
  }

  outsideQueueOf(name: string): string {
    return `${this.namespace}.outside.${name}`;
  }

  routingKey(type: string, lane: number | typeof ANY_LANE): string {
    return `${type}.${lane}`;
  }

  async declare(
    channel: Channel,
    consumers: readonly Consumer[],
    outside: readonly OutsideQueue[] = [],
  ): Promise<void> {
    await channel.assertExchange(this.events, 'topic', { durable: true });
    await channel.assertExchange(this.dead, 'fanout', { durable: true });
    await channel.assertQueue(this.dead, {
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': NO_DELIVERY_LIMIT },
    });
    await channel.bindQueue(this.dead, this.dead, '');
    for (const consumer of consumers) {
      for (let lane = 0; lane < this.lanes; lane += 1) await this.declareLane(channel, consumer, lane);
    }
    for (const queue of outside) await this.declareOutside(channel, queue);
  }

  private async declareOutside(channel: Channel, { name, types }: OutsideQueue): Promise<void> {
    const queue = this.outsideQueueOf(name);
    await channel.assertQueue(queue, {
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-single-active-consumer': true,
        'x-delivery-limit': NO_DELIVERY_LIMIT,
      },
    });
    for (const type of types) await channel.bindQueue(queue, this.events, this.routingKey(type, ANY_LANE));
  }

  private async declareLane(channel: Channel, { name, types }: Consumer, lane: number): Promise<void> {
    const queue = this.queueOf(name, lane);
    await channel.assertQueue(queue, {
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-single-active-consumer': true,
        'x-delivery-limit': DELIVERY_LIMIT,
        'x-dead-letter-exchange': this.dead,
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      },
    });
    for (const type of types) await channel.bindQueue(queue, this.events, this.routingKey(type, lane));
  }
}
