import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import type { Month } from '../../../../shared/calendar.ts';
import { type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Books } from '../../domain/books/booking.ts';
import type { Period } from '../../domain/statements/period.ts';
import type { BooksStore, NewBooks } from '../../ports/settlement-stores.ts';
import { type BooksRow, type PeriodRow, toBooks, toPeriod } from './rows.ts';

export class PostgresBooks implements BooksStore {
  constructor(private readonly db: Knex) {}

  async open(books: readonly NewBooks[], at: Instant): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.books (program_id, currency, time_zone, opened_at)
       select program_id, currency, time_zone, :at
       from unnest(:programIds::uuid[], :currencies::text[], :zones::text[]) as new (program_id, currency, time_zone)
       order by program_id
       on conflict do nothing`,
      {
        programIds: books.map(({ programId }) => toUuid(programId)),
        currencies: books.map(({ currency }) => currency),
        zones: books.map(({ timeZone }) => timeZone),
        at,
      },
    );
  }

  async share(programIds: readonly Id<'prg'>[]): Promise<readonly Books[]> {
    const rows = await rowsOf<BooksRow>(
      this.db,
      `select * from settlement.books where program_id = any(:ids) order by program_id for share`,
      { ids: programIds.map(toUuid) },
    );
    return rows.map(toBooks);
  }

  async hold(programId: Id<'prg'>): Promise<Books | undefined> {
    const [row] = await rowsOf<BooksRow>(this.db, `select * from settlement.books where program_id = :id for update`, {
      id: toUuid(programId),
    });
    return row && toBooks(row);
  }

  async save({ programId, closedThrough, lastNumber }: Books): Promise<void> {
    await rowsOf(
      this.db,
      `update settlement.books set closed_through = :closedThrough, last_number = :lastNumber where program_id = :id`,
      { id: toUuid(programId), closedThrough: closedThrough ?? null, lastNumber },
    );
  }

  async period(programId: Id<'prg'>, period: Month): Promise<Period | undefined> {
    const [row] = await rowsOf<PeriodRow>(
      this.db,
      `select * from settlement.periods where program_id = :id and period = :period`,
      { id: toUuid(programId), period },
    );
    return row && toPeriod(row);
  }

  async closing(): Promise<readonly Period[]> {
    const rows = await rowsOf<PeriodRow>(
      this.db,
      `select * from settlement.periods where state = 'closing' order by period, program_id`,
    );
    return rows.map(toPeriod);
  }

  async savePeriod(period: Period): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.periods
         (program_id, period, state, from_at, until_at, closed_by, began_at, statements, batch_id, closed_at,
          seal_number, seal_head)
       values (:programId, :month, :state, :from, :until, :closedBy, :beganAt, :statements, :batchId, :closedAt,
         :sealNumber, decode(:sealHead, 'hex'))
       on conflict (program_id, period) do update
       set state = excluded.state, statements = excluded.statements, batch_id = excluded.batch_id,
           closed_at = excluded.closed_at, seal_number = excluded.seal_number, seal_head = excluded.seal_head`,
      {
        programId: toUuid(period.programId),
        month: period.period,
        state: period.state,
        from: period.from,
        until: period.until,
        closedBy: period.closedBy,
        beganAt: period.beganAt,
        statements: period.statements ?? null,
        batchId: period.batchId === undefined ? null : toUuid(period.batchId),
        closedAt: period.closedAt ?? null,
        sealNumber: period.sealed?.number ?? null,
        sealHead: period.sealed?.head ?? null,
      },
    );
  }
}
