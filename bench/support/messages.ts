/** Messages like the ones the program sends all day: an order event, about half a kilobyte of JSON. */
import type { Knex } from 'knex';
import { PostgresOutbox } from '../../src/infrastructure/postgres/outbox.ts';
import type { Database } from '../../src/infrastructure/postgres/database.ts';
import { SystemWallClock } from '../../src/infrastructure/system/system.ts';
import { TimeOrderedIds } from '../../src/infrastructure/system/time-ordered-ids.ts';
import { instant } from '../../src/shared/instant.ts';
import type { Announcement } from '../../src/shared/outbox.ts';

const PER_TRANSACTION = 500;
const ids = new TimeOrderedIds(new SystemWallClock());

export const aboutOrder = (order: number, n: number): Announcement => ({
  type: 'pipeline.order_event_received',
  version: 1,
  aggregate: `order ${order}`,
  partitionKey: `order ${order}`,
  occurredAt: instant('2026-01-01T00:00:00Z'),
  payload: {
    eventId: `event-${n}`,
    source: 'otd',
    kind: 'placed',
    programId: 'prg_01h455vb4pex5vsknk084sn02q',
    orderRef: `order ${order}`,
    occurredAt: '2026-01-01T00:00:00.000Z',
    receivedAt: '2026-01-01T00:00:01.000Z',
    data: {
      currency: 'EUR',
      customerRef: `customer ${order}`,
      lines: [
        {
          lineRef: '1',
          sku: `sku-${n}`,
          category: 'robots',
          quantity: 1,
          unitPrice: { minor: '129900', currency: 'EUR' },
        },
        { lineRef: '2', sku: 'sku-care', category: 'care', quantity: 2, unitPrice: { minor: '9900', currency: 'EUR' } },
      ],
    },
  },
});

/** Says it all within a transaction. */
export const sayIn = (trx: Knex, schema: string, announcements: readonly Announcement[]): Promise<number> => {
  const outbox = new PostgresOutbox(schema, ids);
  outbox.publish(...announcements);
  return outbox.flush(trx);
};

/** That many messages, spread over so many orders, in order. */
export const fill = async ({ knex, schema }: Database, messages: number, orders: number): Promise<void> => {
  for (let from = 0; from < messages; from += PER_TRANSACTION) {
    const size = Math.min(PER_TRANSACTION, messages - from);
    const announcements = Array.from({ length: size }, (_, at) => aboutOrder((from + at) % orders, from + at));
    await knex.transaction((trx) => sayIn(trx, schema, announcements));
  }
};
