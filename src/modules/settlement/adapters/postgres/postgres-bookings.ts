import type { Knex } from 'knex';
import { bigints, instants, texts, uuids } from '../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import type { Month } from '../../../../shared/calendar.ts';
import { AppError } from '../../../../shared/errors.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { TransactionId } from '../../../ledger/index.ts';
import type { Booking } from '../../domain/books/booking.ts';
import { effectOnAvailable } from '../../domain/books/chart-of-accounts.ts';
import type { BookedTotal } from '../../domain/statements/period.ts';
import { ON_STATEMENT, type Purpose } from '../../domain/books/purpose.ts';
import type { PartnerLine } from '../../domain/statements/statement.ts';
import type { Bookings, MovedPartner, NextPartners, PartnerSpan } from '../../ports/settlement-stores.ts';
import { type BookingRow, NO_PARTNER, toBooking } from './rows.ts';
import { linesOf, partnersOf } from './statements/statement-lines.ts';

const COLUMNS = `id, program_id, partner_id, purpose, amount_minor, currency, occurred_at, effective_at, period,
  commission_id, payout_id, adjustment_id, subject, counter_minor, counter_currency, pots, mirrored, spread_minor`;

/** What the row says of the balance beside what it is told. */
const REDUNDANT = `adjusts_minor, moves_minor`;

export class PostgresBookings implements Bookings {
  constructor(private readonly db: Knex) {}

  async add(bookings: readonly Booking[]): Promise<void> {
    if (bookings.length === 0) return;
    // In the order given, which is the order in which the ledger gets them; the share of the books keeps batches apart
    // from a close, and ids are of one commission or payout, whose messages come one after the other.
    const inserted = await rowsOfOften<{ id: string }>(
      this.db,
      `insert into settlement.bookings (${COLUMNS}, ${REDUNDANT})
       select ${COLUMNS}, ${REDUNDANT}
       from unnest(
         :ids::uuid[], :programIds::uuid[], :partnerIds::uuid[], :purposes::text[], :minors::bigint[], :currencies::text[],
         :occurred::timestamptz[], :effective::timestamptz[], :periods::text[], :commissionIds::uuid[], :payoutIds::uuid[],
         :adjustmentIds::uuid[], :subjects::text[], :counters::bigint[], :counterCurrencies::text[], :pots::jsonb[],
         :mirrored::boolean[], :spreads::bigint[], :adjusts::bigint[], :moves::bigint[]
       ) with ordinality as new (
         ${COLUMNS}, ${REDUNDANT}, position
       )
       order by position
       on conflict (id) do nothing
       returning id`,
      valuesOf(bookings),
    );
    const fresh = new Set(inserted.map(({ id }) => fromUuid('txn', id)));
    await this.mustBeSame(bookings.filter(({ id }) => !fresh.has(id)));
  }

  async unposted(limit: number, ids?: readonly TransactionId[]): Promise<readonly Booking[]> {
    const rows = await rowsOf<BookingRow>(
      this.db,
      `select ${COLUMNS}
       from settlement.bookings
       where posted_at is null and ${ids === undefined ? 'refused is null' : 'id = any(:ids)'}
       order by seq
       limit :limit`,
      { limit, ...(ids && { ids: ids.map(toUuid) }) },
    );
    return rows.map(toBooking);
  }

  async markPosted(ids: readonly TransactionId[], at: Instant): Promise<void> {
    // Locked in one order: a consumer and a job that mark the same rows do not wait for each other in a circle.
    await rowsOf(
      this.db,
      `with posted as (select id from settlement.bookings where id = any(:ids) order by seq for update)
       update settlement.bookings set posted_at = :at, refused = null
       from posted where bookings.id = posted.id and posted_at is null`,
      { ids: ids.map(toUuid), at },
    );
  }

  async markRefused(refusals: readonly { readonly id: TransactionId; readonly why: string }[]): Promise<void> {
    await rowsOf(
      this.db,
      `update settlement.bookings set refused = new.why
       from unnest(:ids::uuid[], :whys::text[]) as new (id, why)
       where bookings.id = new.id and posted_at is null`,
      { ids: refusals.map(({ id }) => toUuid(id)), whys: refusals.map(({ why }) => why) },
    );
  }

  async totalBefore(programId: Id<'prg'>, until: Instant): Promise<BookedTotal> {
    const [row] = await rowsOf<{ count: bigint; minor: string; unposted: bigint; first: Month | null }>(
      this.db,
      `select
         count(*) filter (where purpose = 'lock' and occurred_at < :until) as count,
         coalesce(sum(amount_minor) filter (where purpose = 'lock' and occurred_at < :until), 0)::text as minor,
         count(*) filter (where posted_at is null and effective_at < :until) as unposted,
         min(period) as first
       from settlement.bookings
       where program_id = :id`,
      { id: toUuid(programId), until },
    );
    return {
      lockedCount: Number(row?.count ?? 0),
      lockedMinor: BigInt(row?.minor ?? 0),
      unposted: Number(row?.unposted ?? 0),
      firstPeriod: row?.first ?? undefined,
    };
  }

  partners(programId: Id<'prg'>, period: Month, next: NextPartners): Promise<readonly MovedPartner[]> {
    return partnersOf(this.db, programId, period, next);
  }

  lines(programId: Id<'prg'>, period: Month, span?: PartnerSpan): AsyncIterable<readonly PartnerLine[]> {
    return linesOf(this.db, programId, period, span);
  }

  private async mustBeSame(known: readonly Booking[]): Promise<void> {
    if (known.length === 0) return;
    const rows = await rowsOf<BookingRow>(this.db, `select ${COLUMNS} from settlement.bookings where id = any(:ids)`, {
      ids: known.map(({ id }) => toUuid(id)),
    });
    const byId = new Map(rows.map((row) => [fromUuid('txn', row.id), toBooking(row)]));
    const other = known.find((booking) => contentOf(booking) !== contentOf(byId.get(booking.id)));
    if (other !== undefined) throw bookedDifferently(other);
  }
}

/** What a fact says of itself. When it counts is ours, and may have been decided while another period was open. */
const contentOf = (booking: Booking | undefined): string =>
  booking === undefined
    ? ''
    : [booking.partnerId, booking.purpose, booking.amount.toString(), booking.occurredAt].join(' ');

export const bookedDifferently = ({ id, commissionId, payoutId, subject, purpose }: Booking): AppError =>
  new AppError(
    'invalid',
    'settlement.booked_differently',
    `${purpose} of ${commissionId ?? payoutId ?? subject ?? id} is booked already, with another content`,
  );

const valuesOf = (bookings: readonly Booking[]) => ({
  ids: uuids(bookings.map(({ id }) => id)),
  programIds: uuids(bookings.map(({ programId }) => programId)),
  partnerIds: uuids(bookings.map(({ partnerId }) => partnerId ?? NOBODY)),
  purposes: texts(bookings.map(({ purpose }) => purpose)),
  minors: bigints(bookings.map(({ amount }) => amount.minor)),
  currencies: texts(bookings.map(({ amount }) => amount.currency)),
  occurred: instants(bookings.map(({ occurredAt }) => occurredAt)),
  effective: instants(bookings.map(({ effectiveAt }) => effectiveAt)),
  periods: texts(bookings.map(({ period }) => period)),
  commissionIds: uuids(bookings.map(({ commissionId }) => commissionId ?? null)),
  payoutIds: uuids(bookings.map(({ payoutId }) => payoutId ?? null)),
  adjustmentIds: uuids(bookings.map(({ adjustmentId }) => adjustmentId ?? null)),
  subjects: texts(bookings.map(({ subject }) => subject ?? null)),
  counters: bigints(bookings.map(({ counter }) => counter?.minor ?? null)),
  counterCurrencies: texts(bookings.map(({ counter }) => counter?.currency ?? null)),
  pots: bookings.map(({ pots }) => (pots === undefined ? null : JSON.stringify(pots))),
  mirrored: bookings.map(({ mirrored }) => mirrored ?? null),
  spreads: bigints(bookings.map(({ spread }) => spread?.minor ?? null)),
  adjusts: bigints(bookings.map((booking) => (isAdjustment(booking) ? effectOnAvailable(booking) : null))),
  moves: bigints(bookings.map((booking) => (movesAnew(booking) ? effectOnAvailable(booking) : null))),
});

const NOBODY = fromUuid('par', NO_PARTNER);

const isAdjustment = ({ adjustmentId }: Booking): boolean => adjustmentId !== undefined;

/** The column generated with the table knows the first four purposes; those of adjustments have their own. */
const IN_OLDER_COLUMNS: readonly Purpose[] = ['lock', 'claw_back', 'submit', 'restore', 'adjust_up', 'adjust_down'];

const movesAnew = ({ purpose }: Booking): boolean =>
  ON_STATEMENT.includes(purpose) && !IN_OLDER_COLUMNS.includes(purpose);
