import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import type { PendingWork } from '../../ports/pending-work.ts';

export class PostgresPendingWork implements PendingWork {
  constructor(private readonly db: Knex) {}

  async hasUnposted(): Promise<boolean> {
    const rows = await rowsOf(
      this.db,
      `select from settlement.bookings where posted_at is null and refused is null limit 1`,
    );
    return rows.length > 0;
  }

  async hasClosing(): Promise<boolean> {
    const rows = await rowsOf(this.db, `select from settlement.periods where state = 'closing' limit 1`);
    return rows.length > 0;
  }
}
