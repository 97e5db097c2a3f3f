import type { Knex } from 'knex';
import { rowsOf } from './database.ts';

const AHEAD_DAYS = 7;
/** Days remembered as made; more than any table keeps. */
const MOST_KNOWN = 10_000;

/** A module's tables that are partitioned by the day, by `<table>_p20181231`. Days are UTC, like `2018-12-31`. */
export class DayTables {
  private readonly made = new Set<string>();

  constructor(
    private readonly db: Knex,
    private readonly schema: string,
  ) {}

  /** What is of those days can be written from now on. Cheap when they were asked for before. */
  async ensure(table: string, days: Iterable<string>): Promise<void> {
    for (const day of days) {
      const name = `${table} ${day}`;
      if (this.made.has(name)) continue;
      await rowsOf(this.db, 'select platform.ensure_day_partition(:schema, :table, :day)', {
        schema: this.schema,
        table,
        day,
      });
      if (this.made.size >= MOST_KNOWN) this.made.clear();
      this.made.add(name);
    }
  }

  /** Makes room for a week after `today`, and drops one partition older than `keepDays`; true when there may be more. */
  async keep(table: string, today: string, keepDays: number): Promise<boolean> {
    const [row] = await rowsOf<{ more: boolean }>(
      this.db,
      'select platform.keep_day_partitions(:schema, :table, :today, :ahead, :keepDays) as more',
      { schema: this.schema, table, today, ahead: AHEAD_DAYS, keepDays },
    );
    return row?.more === true;
  }
}
