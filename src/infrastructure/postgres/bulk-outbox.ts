import type { Announcement } from '../../shared/outbox.ts';
import { BulkOutbox } from '../../shared/outbox.ts';
import { rowsOf } from './database.ts';
import { translated } from './errors.ts';
import { copyAlone } from './outbox.ts';
import type { TransactionParts } from './transaction.ts';

/** One COPY, which is a transaction of its own: one way to the server and back. */
export class PostgresBulkOutbox extends BulkOutbox {
  constructor(private readonly parts: TransactionParts) {
    super();
  }

  async append(announcements: readonly Announcement[]): Promise<void> {
    const { database, ids, doorbell } = this.parts;
    try {
      await copyAlone(database.knex, database.schema, ids, announcements);
    } catch (error) {
      throw translated(error);
    }
    doorbell.ring(database.schema);
  }

  async told(aggregates: readonly string[]): Promise<ReadonlySet<string>> {
    const { knex, schema } = this.parts.database;
    try {
      const rows = await rowsOf<{ aggregate: string }>(
        knex,
        `select aggregate from ${schema}.outbox where aggregate = any(:aggregates)`,
        { aggregates: [...aggregates] },
      );
      return new Set(rows.map(({ aggregate }) => aggregate));
    } catch (error) {
      throw translated(error);
    }
  }
}
