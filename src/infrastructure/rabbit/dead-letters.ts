import type { Channel, Message } from 'amqplib';
import { AppError } from '../../shared/errors.ts';
import type { Inbound } from '../messaging/inbound.ts';
import type { ParkingLot } from '../messaging/parking-lot.ts';
import { pause } from '../pause.ts';
import type { OutboxReader } from '../postgres/outbox-reader.ts';
import { fromMessage } from './message.ts';
import { answer, laneReader } from './subscriber.ts';
import type { Topology } from './topology.ts';

const PREFETCH = 200;
const RETRY_MS = 1_000;
const KILLER = 'was delivered too often; it, or what travelled with it, may have killed its reader';

/**
 * Brings dead letters to the parking lot of the consumer they killed, where people can see and re-drive them. One that
 * nobody can read, or of a consumer nobody knows, is reported and stays in the queue of the dead: it holds up nobody.
 */
export class DeadLetters {
  /** One after the other: letters with one key are parked in the order they died. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly topology: Topology,
    private readonly inbounds: ReadonlyMap<string, Inbound>,
    private readonly outboxes: ReadonlyMap<string, OutboxReader>,
    private readonly report: (error: unknown) => void,
  ) {}

  /** Returns when the signal aborts. */
  async run(channel: Channel, signal: AbortSignal): Promise<void> {
    channel.on('error', this.report);
    await channel.prefetch(PREFETCH);
    await channel.consume(this.topology.dead, (message) => {
      if (message !== null) this.last = this.last.then(() => this.bury(channel, message, signal));
    });
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
    await this.last;
  }

  private async bury(channel: Channel, message: Message, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await this.park(message);
        answer(() => {
          channel.ack(message);
        });
        return;
      } catch (error) {
        if (failures === 0) this.report(error);
        if (error instanceof AppError && error.kind === 'invalid') return;
        await pause(RETRY_MS, signal);
      }
    }
  }

  private async park(message: Message): Promise<void> {
    const deaths = message.properties.headers?.['x-death'] as readonly { readonly queue?: unknown }[] | undefined;
    const owner = this.topology.ownerOf(String(deaths?.[0]?.queue));
    const lot = owner && this.inbounds.get(owner.consumer)?.lot;
    if (owner === undefined || lot === undefined)
      throw new AppError('invalid', 'broker.unknown_dead_letter', 'a dead letter names no queue of ours');
    await this.parkAll(lot, fromMessage(message), laneReader(owner.consumer, owner.lane));
  }

  private async parkAll(lot: ParkingLot, events: ReturnType<typeof fromMessage>, reader: string): Promise<void> {
    for (const { event } of events) await lot.park(event, 'messaging.delivery_limit', KILLER);
    const { event, position } = events.at(-1) ?? events[0];
    await this.outboxes.get(event.source)?.moveCursor(reader, position);
  }
}
