/** How settlement's rows become what the domain speaks of. */
import type { Month } from '../../../../shared/calendar.ts';
import { fromUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { SealedHead } from '../../../ledger/index.ts';
import type { Booking, Books, Pots } from '../../domain/books/booking.ts';
import type { Exchanged } from '../../domain/fx/exchange.ts';
import type { Purpose } from '../../domain/books/purpose.ts';
import type { BatchState, PayoutState } from '../../domain/payouts/payout-life-cycle.ts';
import type { Batch, Payout, Withholding } from '../../domain/payouts/payout.ts';
import type { RailName } from '../../domain/rails/rail-name.ts';
import type { Period, PeriodState } from '../../domain/statements/period.ts';
import type { Statement } from '../../domain/statements/statement.ts';

export interface BooksRow {
  readonly program_id: string;
  readonly currency: string;
  readonly time_zone: string;
  readonly closed_through: Month | null;
  readonly last_number: number;
}

export const toBooks = (row: BooksRow): Books => ({
  programId: fromUuid('prg', row.program_id),
  currency: row.currency,
  timeZone: row.time_zone,
  closedThrough: row.closed_through ?? undefined,
  lastNumber: row.last_number,
});

/** Code that ran before there were bookings of no partner reads a partner from every row. */
export const NO_PARTNER = '00000000-0000-0000-0000-000000000000';

export interface BookingRow {
  readonly id: string;
  readonly program_id: string;
  /** `NO_PARTNER` where the booking is of none. */
  readonly partner_id: string;
  readonly purpose: Purpose;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly occurred_at: Instant;
  readonly effective_at: Instant;
  readonly period: Month;
  readonly commission_id: string | null;
  readonly payout_id: string | null;
  readonly adjustment_id: string | null;
  readonly subject: string | null;
  readonly counter_minor: bigint | null;
  readonly counter_currency: string | null;
  readonly spread_minor: bigint | null;
  readonly pots: Pots | null;
  readonly mirrored: boolean | null;
}

export const toBooking = (row: BookingRow): Booking => ({
  id: fromUuid('txn', row.id),
  programId: fromUuid('prg', row.program_id),
  partnerId: row.partner_id === NO_PARTNER ? undefined : fromUuid('par', row.partner_id),
  purpose: row.purpose,
  amount: Money.of(row.amount_minor, row.currency),
  counter: moneyOf(row.counter_minor, row.counter_currency ?? row.currency),
  spread: moneyOf(row.spread_minor, row.currency),
  occurredAt: row.occurred_at,
  effectiveAt: row.effective_at,
  period: row.period,
  commissionId: row.commission_id === null ? undefined : fromUuid('com', row.commission_id),
  payoutId: row.payout_id === null ? undefined : fromUuid('pay', row.payout_id),
  adjustmentId: row.adjustment_id === null ? undefined : fromUuid('adj', row.adjustment_id),
  subject: row.subject ?? undefined,
  pots: row.pots ?? undefined,
  mirrored: row.mirrored ?? undefined,
});

const moneyOf = (minor: bigint | null, currency: string): Money | undefined =>
  minor === null ? undefined : Money.of(minor, currency);

export interface PeriodRow {
  readonly program_id: string;
  readonly period: Month;
  readonly state: PeriodState;
  readonly from_at: Instant;
  readonly until_at: Instant;
  readonly closed_by: string;
  readonly began_at: Instant;
  readonly seal_number: number | null;
  readonly seal_head: Buffer | null;
  readonly statements: number | null;
  readonly batch_id: string | null;
  readonly closed_at: Instant | null;
}

export const toPeriod = (row: PeriodRow): Period => ({
  programId: fromUuid('prg', row.program_id),
  period: row.period,
  state: row.state,
  from: row.from_at,
  until: row.until_at,
  closedBy: row.closed_by,
  beganAt: row.began_at,
  sealed: toSealed(row),
  statements: row.statements ?? undefined,
  batchId: row.batch_id === null ? undefined : fromUuid('bat', row.batch_id),
  closedAt: row.closed_at ?? undefined,
});

export interface StatementRow {
  readonly id: string;
  readonly number: number;
  readonly program_id: string;
  readonly partner_id: string;
  readonly period: Month;
  readonly currency: string;
  readonly opening_minor: bigint;
  readonly closing_minor: bigint;
  readonly line_count: number;
  readonly digest: Buffer;
  readonly closed_at: Instant;
  readonly seal_number: number | null;
  readonly seal_head: Buffer | null;
}

export const toStatement = (row: StatementRow): Statement => ({
  id: fromUuid('stm', row.id),
  number: row.number,
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  period: row.period,
  opening: Money.of(row.opening_minor, row.currency),
  closing: Money.of(row.closing_minor, row.currency),
  lineCount: row.line_count,
  digest: row.digest.toString('hex'),
  closedAt: row.closed_at,
  sealed: toSealed(row),
});

const toSealed = ({ seal_number, seal_head }: Pick<PeriodRow, 'seal_number' | 'seal_head'>): SealedHead | undefined =>
  seal_number === null || seal_head === null ? undefined : { number: seal_number, head: seal_head.toString('hex') };

export interface PayoutRow {
  readonly id: string;
  readonly batch_id: string;
  readonly program_id: string;
  readonly partner_id: string;
  readonly period: Month;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly exchange: KeptExchange | null;
  readonly withholding: KeptWithholding | null;
  readonly state: PayoutState;
  readonly rail: RailName | null;
  readonly bounces: number | null;
  readonly cleared_by_batch: boolean | null;
  readonly profile_version: number | null;
  readonly reason: string | null;
  readonly held_back_at: Instant | null;
  readonly held_back_because: string | null;
  readonly created_at: Instant;
  readonly submitted_at: Instant | null;
  readonly settled_at: Instant | null;
  readonly ended_at: Instant | null;
}

/** As it rests in a column of its own. */
type KeptExchange = Omit<Exchanged, 'spread' | 'counter'> & { readonly spread: MoneyJson; readonly counter: MoneyJson };

type KeptWithholding = Omit<Withholding, 'minor'> & { readonly minor: string };

const toExchange = ({ spread, counter, ...kept }: KeptExchange): Exchanged => ({
  ...kept,
  spread: Money.fromJson(spread),
  counter: Money.fromJson(counter),
});

export const toPayout = (row: PayoutRow): Payout => ({
  id: fromUuid('pay', row.id),
  batchId: fromUuid('bat', row.batch_id),
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  period: row.period,
  rail: row.rail ?? 'bank',
  amount: Money.of(row.amount_minor, row.currency),
  ...(row.exchange && { exchange: toExchange(row.exchange) }),
  ...(row.withholding && { withholding: { ...row.withholding, minor: BigInt(row.withholding.minor) } }),
  state: row.state,
  bounces: row.bounces ?? 0,
  clearedByBatch: row.cleared_by_batch ?? false,
  profileVersion: row.profile_version ?? undefined,
  reason: row.reason ?? undefined,
  ...(row.held_back_at && { heldBack: { at: row.held_back_at, because: row.held_back_because ?? '' } }),
  ...momentsOf(row),
});

const momentsOf = (row: PayoutRow) => ({
  createdAt: row.created_at,
  submittedAt: row.submitted_at ?? undefined,
  settledAt: row.settled_at ?? undefined,
  endedAt: row.ended_at ?? undefined,
});

export interface BatchRow {
  readonly id: string;
  readonly program_id: string;
  readonly period: Month;
  readonly rail: RailName | null;
  readonly currency: string;
  readonly state: BatchState;
  readonly closed_by: string;
  readonly created_at: Instant;
  readonly approved_by: string | null;
  readonly approved_at: Instant | null;
  readonly submitted_at: Instant | null;
}

export const toBatch = (row: BatchRow): Batch => ({
  id: fromUuid('bat', row.id),
  programId: fromUuid('prg', row.program_id),
  period: row.period,
  rail: row.rail ?? 'bank',
  currency: row.currency,
  state: row.state,
  closedBy: row.closed_by,
  createdAt: row.created_at,
  approvedBy: row.approved_by ?? undefined,
  approvedAt: row.approved_at ?? undefined,
  submittedAt: row.submitted_at ?? undefined,
});
