import { AppError } from './errors.ts';
import { parseAs } from './parse.ts';
import type { Id } from './ids.ts';
import type { Instant } from './instant.ts';

/** An integration event's class: its name, its version, and the fields a reader may rely on. */
export interface Contract<Payload extends object = object> {
  new (): Payload;
  readonly type: string;
  readonly version: number;
}

/** The contracts among what a module's `events.ts` exports: parts of their payloads stand there too. */
export const contractsIn = (exported: Readonly<Record<string, unknown>>): readonly Contract[] =>
  Object.values(exported).filter(isContract);

const isContract = (value: unknown): value is Contract =>
  typeof value === 'function' && 'type' in value && 'version' in value;

/** What travels: the attributes of CloudEvents 1.0 that we use, and the payload. */
export interface Envelope {
  readonly id: Id<'evt'>;
  readonly type: string;
  readonly version: number;
  /** The module whose outbox holds it. */
  readonly source: string;
  readonly aggregate: string;
  /** 1, 2, 3 … for each aggregate, without gaps. */
  readonly aggregateVersion: number;
  readonly partitionKey: string;
  readonly occurredAt: Instant;
  /** W3C Trace Context of whoever told it. */
  readonly traceparent?: string | undefined;
  readonly payload: unknown;
}

export const nameOf = (event: { readonly type: string; readonly version: number }): string =>
  `${event.type}.v${event.version}`;

/** Whether the event is of that contract; then `read` gives its payload. */
export const is = (contract: Contract, event: Envelope): boolean =>
  event.type === contract.type && event.version === contract.version;

/**
 * The payload, checked. Fields we do not know are dropped, for adding one is no breaking change.
 * Throws `event.unreadable`: a broken promise of the publisher, so the event is parked, never guessed at.
 */
export const read = <Payload extends object>(contract: Contract<Payload>, event: Envelope): Payload => {
  try {
    return parseAs(contract, event.payload, 'drop');
  } catch (cause) {
    const detail = cause instanceof AppError ? cause.message : String(cause);
    throw new AppError('invalid', 'event.unreadable', `${nameOf(event)} ${event.id}: ${detail}`, { cause });
  }
};
