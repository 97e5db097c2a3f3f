import { bareClickId } from '../../../shared/click-id.ts';
import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import { grouped } from '../../../shared/grouped.ts';
import type { Ids } from '../../../shared/ids.ts';
import { instant, type Instant } from '../../../shared/instant.ts';
import { announcements } from '../domain/announcements.ts';
import { factsOf } from '../domain/facts.ts';
import { fold } from '../domain/fold.ts';
import { isOrderEventKind } from '../domain/order-event.ts';
import type { OrderJournal, OrderKey, OrderStores, OrderUpdate, ReceivedEvent } from '../ports/orders.ts';

/** What the pipeline relays: one told event and the order it is about. */
export interface ToldEvent extends OrderKey {
  readonly eventId: string;
  readonly source: string;
  readonly kind: string;
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
  readonly data: object;
}

/** Adds what was told to each order's journal, folds it anew, and tells what changed. */
export class ReceiveOrderEvents {
  constructor(
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Throws `orders.unknown_kind`. */
  async run({ orders, outbox }: OrderStores, told: readonly ToldEvent[]): Promise<void> {
    const byOrder = grouped(told, nameOf);
    const keys = [...byOrder.values()].flatMap(([first]) =>
      first === undefined
        ? []
        : [{ programId: first.programId, orderRef: first.orderRef, newId: this.ids.next('ord') }],
    );
    const journals = await orders.open(keys);
    const updates = journals.map((journal) => updated(journal, (byOrder.get(nameOf(journal)) ?? []).map(toEvent)));
    for (const [index, update] of updates.entries())
      outbox.publish(...announcements(journals[index]?.facts, update.facts));
    await orders.save(updates, this.clock.now());
  }
}

const nameOf = ({ programId, orderRef }: OrderKey): string => `${programId}/${orderRef}`;

/** The order with what was told of it now, folded from the start. */
export const updated = (
  { orderId, programId, orderRef, events }: OrderJournal,
  received: readonly ReceivedEvent[],
): OrderUpdate => {
  const known = new Set(events.map(({ eventId }) => eventId));
  const newEvents = [...new Map(received.map((event) => [event.eventId, event])).values()].filter(
    ({ eventId }) => !known.has(eventId),
  );
  const name = { orderId, programId, orderRef };
  const folded = fold([...events, ...newEvents]);
  return { ...name, newEvents, facts: factsOf(name, folded), exceptions: folded.exceptions };
};

const toEvent = ({ eventId, source, kind, occurredAt, receivedAt, data }: ToldEvent): ReceivedEvent => {
  if (!isOrderEventKind(kind))
    throw new AppError('invalid', 'orders.unknown_kind', `nothing is known of order events called ${kind}`);
  // The pipeline has checked the data against the schema of its kind.
  return { eventId: `${source}/${eventId}`, kind, occurredAt, receivedAt, data: asKept(data) } as ReceivedEvent;
};

/** A click is known by its id: what signed it has done its work in the browser. A moment is one moment in every zone. */
const asKept = (data: object): object => {
  const { clickId, customer } = data as { clickId?: string; customer?: { firstOrderAt?: string } };
  return {
    ...data,
    ...(clickId !== undefined && { clickId: bareClickId(clickId) }),
    ...(customer?.firstOrderAt !== undefined && {
      customer: { ...customer, firstOrderAt: instant(customer.firstOrderAt) },
    }),
  };
};
