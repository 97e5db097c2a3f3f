import type { OutboxReader } from '../postgres/outbox-reader.ts';
import type { Gauge } from '../telemetry/metrics.ts';
import type { Inbound } from './inbound.ts';

/**
 * Carries what outboxes hold to the consumers that hear it.
 *
 * Promised by every adapter, and checked by one suite: nothing said is lost, whatever dies; a consumer gets every event
 * at least once; events with one partition key reach a consumer in the order they were told; a message that cannot be
 * handled is parked with what follows it under its key, and holds up nobody else.
 */
export abstract class Broker {
  /** Role `relay`: takes events out of the outboxes. Resolves once it is at work; ends with the signal. */
  abstract relay(outboxes: readonly OutboxReader[], stop: AbortSignal): Promise<void>;
  /** Role `worker`: brings events to consumers. Resolves once it is at work; ends with the signal. */
  abstract consume(inbounds: readonly Inbound[], outboxes: readonly OutboxReader[], stop: AbortSignal): Promise<void>;
  /** Waits until nothing is in hand any more, after the signal. */
  abstract close(): Promise<void>;
  /** True when every event told so far has been handled or parked. */
  abstract isIdle(inbounds: readonly Inbound[], outboxes: readonly OutboxReader[]): Promise<boolean>;
  /** `outbox_lag_seconds` of each reader. */
  abstract lag(inbounds: readonly Inbound[], outboxes: readonly OutboxReader[]): Promise<readonly Gauge[]>;
}
