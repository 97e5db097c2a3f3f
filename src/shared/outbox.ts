import type { Contract } from './events.ts';
import type { Instant } from './instant.ts';
import type { JsonText } from './json-text.ts';

/** A fact about to be told: what happened, to which aggregate, when. The outbox adds an id and the aggregate's next version. */
export interface Announcement {
  readonly type: string;
  readonly version: number;
  /** Told in order: two facts about one aggregate arrive in the order they were told. */
  readonly aggregate: string;
  /** Handled in order: facts with one key are handled one after the other, even when they concern several aggregates. */
  readonly partitionKey: string;
  readonly occurredAt: Instant;
  /** Or a `JsonText` of it. */
  readonly payload: object;
  /** The only fact there will ever be about its aggregate. It needs no place in an order, and is written in bulk. */
  readonly alone?: true | undefined;
}

/** What a transaction tells other modules. Saved with the state it announces, or not at all. */
export abstract class Outbox {
  abstract publish(...announcements: readonly Announcement[]): void;
}

/** Facts that stand alone and change nothing else: many at once, durable when it resolves, all or none. */
export abstract class BulkOutbox {
  abstract append(announcements: readonly Announcement[]): Promise<void>;
  /** Of those aggregates, the ones the outbox holds a fact about. */
  abstract told(aggregates: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface About {
  readonly aggregate: string;
  readonly occurredAt: Instant;
  /** Defaults to the aggregate. */
  readonly partitionKey?: string;
  readonly alone?: true;
}

export const published = <Payload extends object>(
  contract: Contract<Payload>,
  about: About,
  payload: Payload | JsonText,
): Announcement => ({
  type: contract.type,
  version: contract.version,
  aggregate: about.aggregate,
  partitionKey: about.partitionKey ?? about.aggregate,
  occurredAt: about.occurredAt,
  payload,
  ...(about.alone && { alone: true as const }),
});
