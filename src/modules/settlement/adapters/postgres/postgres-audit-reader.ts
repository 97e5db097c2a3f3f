import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import type { Month } from '../../../../shared/calendar.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import { Money } from '../../../../shared/money.ts';
import type { Books } from '../../domain/books/booking.ts';
import { CLEARING_STATES } from '../../domain/payouts/payout-life-cycle.ts';
import type { Period } from '../../domain/statements/period.ts';
import type { PartnerLine, Statement } from '../../domain/statements/statement.ts';
import type { PayoutId } from '../../index.ts';
import type {
  AuditReader,
  BookedLocks,
  InClearing,
  KeptBeside,
  PostedBooking,
  Tally,
  ToldAndKept,
} from '../../ports/audit-reader.ts';
import {
  type BookingRow,
  type BooksRow,
  type PeriodRow,
  type StatementRow,
  toBooking,
  toBooks,
  toPeriod,
  toStatement,
} from './rows.ts';
import { linesOf } from './statements/statement-lines.ts';

export class PostgresAuditReader implements AuditReader {
  constructor(private readonly db: Knex) {}

  async books(): Promise<readonly Books[]> {
    return (await rowsOf<BooksRow>(this.db, `select * from settlement.books order by program_id`)).map(toBooks);
  }

  async periods(programId: Id<'prg'>): Promise<readonly Period[]> {
    const rows = await rowsOf<PeriodRow>(
      this.db,
      `select * from settlement.periods where program_id = :id and statements is not null order by period`,
      { id: toUuid(programId) },
    );
    return rows.map(toPeriod);
  }

  async statements(programId: Id<'prg'>, period: Month): Promise<readonly Statement[]> {
    const rows = await rowsOf<StatementRow>(
      this.db,
      `select * from settlement.statements where program_id = :id and period = :period order by number`,
      { id: toUuid(programId), period },
    );
    return rows.map(toStatement);
  }

  lines(programId: Id<'prg'>, period: Month): AsyncIterable<readonly PartnerLine[]> {
    return linesOf(this.db, programId, period);
  }

  async unevenPayouts(): Promise<readonly PayoutId[]> {
    const rows = await rowsOf<{ id: string }>(
      this.db,
      `select payouts.id
       from settlement.payouts
       left join (
         select payout_id, amount_minor from settlement.allocations
         union all
         select payout_id, amount_minor from settlement.adjustment_allocations
       ) as shares on payout_id = payouts.id
       group by payouts.id
       having coalesce(sum(shares.amount_minor), 0) <> payouts.amount_minor
       order by payouts.id
       limit 100`,
    );
    return rows.map(({ id }) => fromUuid('pay', id));
  }

  async inClearing(programId: Id<'prg'>): Promise<readonly InClearing[]> {
    const rows = await rowsOf<{ batch_id: string | null; currency: string; minor: string }>(
      this.db,
      `select
         case when cleared_by_batch then batch_id end as batch_id, coalesce(leaves_currency, currency) as currency,
         coalesce(sum(coalesce(leaves_minor, amount_minor)) filter (where state = any(:states)), 0)::text as minor
       from settlement.payouts
       where program_id = :id and submitted_at is not null
       group by 1, 2`,
      { id: toUuid(programId), states: [...CLEARING_STATES] },
    );
    return rows.map(({ batch_id, currency, minor }) => ({
      batchId: batch_id === null ? undefined : fromUuid('bat', batch_id),
      amount: Money.of(BigInt(minor), currency),
    }));
  }

  /** One statement, so that a booking is seen with the slice that it is about, or neither is. */
  async keptBeside(programId: Id<'prg'>): Promise<readonly KeptBeside[]> {
    const rows = await rowsOf<{ partner_id: string; reserved: string; owed: string }>(this.db, KEPT_BESIDE, {
      id: toUuid(programId),
    });
    return rows.map(({ partner_id, reserved, owed }) => ({
      partnerId: fromUuid('par', partner_id),
      reserved: BigInt(reserved),
      owed: BigInt(owed),
    }));
  }

  async posted(after: bigint, limit: number): Promise<readonly PostedBooking[]> {
    const rows = await rowsOf<BookingRow & { readonly seq: bigint }>(
      this.db,
      `select *
       from settlement.bookings
       where seq > :after and posted_at is not null
       order by seq
       limit :limit`,
      { after: after.toString(), limit },
    );
    return rows.map((row) => ({ seq: row.seq, booking: toBooking(row) }));
  }

  async statementsTold(): Promise<ToldAndKept> {
    const told = await this.tallies(
      `select payload ->> 'programId' as program, payload ->> 'period' as period, payload -> 'closing' ->> 'minor' as minor
       from settlement.outbox where type = 'settlement.statement_closed'`,
    );
    const kept = await this.tallies(
      `select program_id::text as program, period, closing_minor as minor from settlement.statements`,
    );
    return { told, kept };
  }

  async submissionsTold(): Promise<ToldAndKept> {
    const told = await this.tallies(
      `select payload ->> 'programId' as program, '' as period, payload -> 'amount' ->> 'minor' as minor
       from settlement.outbox where type = 'settlement.payout_submitted'`,
    );
    const kept = await this.tallies(
      `select program_id::text as program, '' as period, amount_minor as minor
       from settlement.payouts where submitted_at is not null`,
    );
    return { told, kept };
  }

  private async tallies(each: string): Promise<readonly Tally[]> {
    const rows = await rowsOf<{ program: string; period: string; count: bigint; minor: string }>(
      this.db,
      `select program, period, count(*) as count, sum(minor::numeric)::text as minor
       from (${each}) as each
       group by program, period`,
    );
    return rows.map(({ program, period, count, minor }) => ({
      of: [program.startsWith('prg_') ? program : fromUuid('prg', program), ...(period === '' ? [] : [period])].join(
        ' ',
      ),
      count: Number(count),
      minor: BigInt(minor),
    }));
  }

  async locks(programId: Id<'prg'>): Promise<BookedLocks> {
    const [row] = await rowsOf<{ count: bigint; minor: string }>(
      this.db,
      `select count(*) as count, coalesce(sum(amount_minor), 0)::text as minor from settlement.bookings
       where program_id = :id and purpose = 'lock'`,
      { id: toUuid(programId) },
    );
    return { count: Number(row?.count ?? 0), minor: BigInt(row?.minor ?? 0) };
  }

  async unposted(programId: Id<'prg'>): Promise<number> {
    const [row] = await rowsOf<{ count: bigint }>(
      this.db,
      `select count(*) as count from settlement.bookings where program_id = :id and posted_at is null`,
      { id: toUuid(programId) },
    );
    return Number(row?.count ?? 0);
  }
}

/** What is booked and not posted yet is undone: the ledger does not know of it. */
const KEPT_BESIDE = `
  select partner_id, sum(reserved)::text as reserved, sum(owed)::text as owed
  from (
    select partner_id, left_minor as reserved, 0 as owed from settlement.reserve_slices where program_id = :id
    union all
    select partner_id, 0, left_minor from settlement.receivables where program_id = :id
    union all
    select partner_id,
      unposted * case purpose when 'reserve' then -1 when 'release_reserve' then 1 else 0 end,
      unposted * case purpose when 'raise_receivable' then -1 when 'recover' then 1 when 'write_off' then 1 else 0 end
    from settlement.bookings
    cross join lateral (
      select case when posted_at is not null then 0 when mirrored then -amount_minor else amount_minor end as unposted
    ) as told
    where program_id = :id
      and purpose in ('reserve', 'release_reserve', 'raise_receivable', 'recover', 'write_off')
  ) as each
  group by partner_id
  order by partner_id`;
