import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Figures } from '../../domain/periods/figures.ts';
import { isSomething, type Place } from '../../domain/periods/period-book.ts';
import type { PeriodKey } from '../../domain/periods/thresholds.ts';
import type { Behind, Kept, PeriodTotal } from '../../ports/periods.ts';

/** In the place of a partner's id where the whole program is meant, and before every id. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Sums as text: a sum of many amounts outgrows 64 bits. */
export interface FiguresRow {
  readonly orders: string;
  readonly revenue: string;
  readonly earned: string;
}

export interface PeriodRow {
  readonly program_id: string;
  readonly partner_id: string;
  readonly scope: string;
  readonly from_at: Instant;
}

export interface KeptRow extends FiguresRow, PeriodRow {
  readonly placed_at: Instant;
  readonly order_id: string;
  readonly part_of: string;
  readonly wanted_minor: bigint;
  readonly before_orders: string | null;
  readonly before_revenue: string;
  readonly before_earned: string;
  readonly total_orders: string;
  readonly total_revenue: string;
  readonly total_earned: string;
}

export const subjectOf = ({ partnerId }: PeriodKey): string => (partnerId === undefined ? NOBODY : toUuid(partnerId));

export const toPeriod = (row: PeriodRow): PeriodKey => ({
  programId: fromUuid('prg', row.program_id),
  ...(row.partner_id !== NOBODY && { partnerId: fromUuid('par', row.partner_id) }),
  scope: row.scope,
  from: row.from_at,
});

export const toFigures = ({ orders, revenue, earned }: FiguresRow): Figures => ({
  orders: Number(orders),
  revenueMinor: BigInt(revenue),
  earnedMinor: BigInt(earned),
});

export const toTotal = (row: PeriodRow & FiguresRow): PeriodTotal => ({ period: toPeriod(row), total: toFigures(row) });

export const toBehind = (row: FiguresRow & { readonly count: bigint }): Behind => ({
  ...toFigures(row),
  count: Number(row.count),
});

export const toKept = (row: KeptRow): Kept => ({
  period: toPeriod(row),
  place: {
    placedAt: row.placed_at,
    orderId: fromUuid('ord', row.order_id),
    partnerId: fromUuid('par', row.part_of),
  },
  ...toFigures(row),
  wantedMinor: row.wanted_minor,
  ...(row.before_orders !== null && {
    judgedAt: {
      before: toFigures({ orders: row.before_orders, revenue: row.before_revenue, earned: row.before_earned }),
      total: toFigures({ orders: row.total_orders, revenue: row.total_revenue, earned: row.total_earned }),
    },
  }),
});

/** As JSON, which a whole batch travels in; sums as text, which PostgreSQL reads as it should. */
export const toKeptRow = ({ period, place, judgedAt, ...kept }: Kept): Readonly<Record<string, unknown>> => ({
  ...periodColumns(period),
  placed_at: place.placedAt,
  order_id: toUuid(place.orderId),
  part_of: toUuid(place.partnerId),
  is_gone: !isSomething({ place, judgedAt, ...kept }),
  ...figuresColumns('', kept),
  wanted_minor: kept.wantedMinor.toString(),
  ...(judgedAt && { ...figuresColumns('before_', judgedAt.before), ...figuresColumns('total_', judgedAt.total) }),
});

export const periodColumns = (period: PeriodKey): Readonly<Record<string, unknown>> => ({
  program_id: toUuid(period.programId),
  partner_id: subjectOf(period),
  scope: period.scope,
  from_at: period.from,
});

export const figuresColumns = (prefix: string, figures: Figures): Readonly<Record<string, unknown>> => ({
  [`${prefix}orders`]: figures.orders,
  [`${prefix}revenue_minor`]: figures.revenueMinor.toString(),
  [`${prefix}earned_minor`]: figures.earnedMinor.toString(),
});

export const placeColumns = (place: Place | undefined, from: Instant): Readonly<Record<string, unknown>> => ({
  placed_at: place?.placedAt ?? from,
  order_id: place === undefined ? NOBODY : toUuid(place.orderId),
  part_of: place === undefined ? NOBODY : toUuid(place.partnerId),
});

export const uuidsOf = (ids: readonly Id<string>[]): readonly string[] => ids.map(toUuid);
