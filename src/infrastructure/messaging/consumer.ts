import type { Contract, Envelope } from '../../shared/events.ts';
import { nameOf } from '../../shared/events.ts';
import type { Id } from '../../shared/ids.ts';
import type { Transaction } from '../../shared/transaction.ts';

/**
 * Who hears what. The name is the queue's, the inbox's and the cursor's: renaming a consumer replays everything.
 * `handle` does the whole batch or throws and does none of it; what it did before, it does not do again.
 */
export interface Consumer {
  readonly name: string;
  /** `orders.order_placed.v1` */
  readonly types: readonly string[];
  /**
   * Of who does what nobody waits to see: how long an event may wait for others, to be handled with them; and it gives
   * way to what somebody waits for.
   */
  readonly patienceMs?: number;
  handle(batch: readonly Envelope[]): Promise<void>;
}

/** A consumer that does its work in its module's transaction, once an event. */
export const consumer = <Stores>(
  name: string,
  transaction: Transaction<Stores>,
  contracts: readonly Contract[],
  work: (stores: Stores, events: readonly Envelope[]) => Promise<void>,
): Consumer => ({
  name,
  types: contracts.map(nameOf),
  handle: (batch) =>
    transaction.once<Id<'evt'>>(
      name,
      batch.map(({ id }) => id),
      (stores, fresh) =>
        work(
          stores,
          firstOfEach(batch).filter(({ id }) => fresh.has(id)),
        ),
    ),
});

/** For what nobody waits to see: it leaves processors to what somebody does, and takes more at a time. */
export const unhurried = (each: Consumer): Consumer => ({ ...each, patienceMs: 200 });

/** A broker that was told twice brings twice, and both may sit in one batch. */
const firstOfEach = (batch: readonly Envelope[]): readonly Envelope[] => {
  const seen = new Set<string>();
  return batch.filter(({ id }) => {
    const isFirst = !seen.has(id);
    seen.add(id);
    return isFirst;
  });
};

/** The module whose outbox holds a type: the part before the first dot. */
export const sourceOf = (type: string): string => type.slice(0, type.indexOf('.'));
