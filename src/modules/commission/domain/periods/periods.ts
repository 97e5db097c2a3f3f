/** Which orders count together: periods cut in the program's time zone, half-open, whatever its clocks do. */
import { dayBegins, dayOf } from '../../../../shared/calendar.ts';
import { unreachable } from '../../../../shared/errors.ts';
import { epochMs, instant, type Instant, plusDays } from '../../../../shared/instant.ts';
import type { Period } from './figures.ts';

/** Before any business; PostgreSQL knows it too. */
const LIFE = { from: instant('1583-01-01T00:00:00Z') } as const;
const DAY_MS = 86_400_000;
/** 1 January 1970 was a Thursday. */
const DAYS_SINCE_MONDAY = 3;

export interface PeriodBounds {
  readonly from: Instant;
  /** Absent: it has no end. */
  readonly until?: Instant | undefined;
}

/** By period and zone, the one asked for last: calendars are slow, and most ask for the same again. */
const lately = new Map<string, { readonly from: Instant; readonly until: Instant }>();

/** The period that holds the moment. */
export const periodAt = (period: Period, at: Instant, zone: string): PeriodBounds => {
  if (period === 'life') return LIFE;
  const name = `${period}/${zone}`;
  const known = lately.get(name);
  if (known !== undefined && known.from <= at && at < known.until) return known;
  const [first, next] = daysOf(period, dayOf(at, zone));
  const found = { from: dayBegins(first, zone), until: dayBegins(next, zone) };
  lately.set(name, found);
  return found;
};

/** The first day of the day's period, and of the next one. */
const daysOf = (period: Exclude<Period, 'life'>, day: string): readonly [first: string, next: string] => {
  const [year, month] = day.split('-').map(Number) as [number, number];
  switch (period) {
    case 'day':
      return [day, plus(day, 1)];
    case 'week': {
      const monday = plus(day, -weekday(day));
      return [monday, plus(monday, 7)];
    }
    case 'month':
      return [firstOf(year, month), firstOf(year, month + 1)];
    case 'quarter': {
      const start = month - ((month - 1) % 3);
      return [firstOf(year, start), firstOf(year, start + 3)];
    }
    case 'year':
      return [firstOf(year, 1), firstOf(year + 1, 1)];
    default:
      return unreachable(period);
  }
};

const midnight = (day: string): Instant => instant(`${day}T00:00:00Z`);

const plus = (day: string, days: number): string => plusDays(midnight(day), days).slice(0, 10);

/** 0 is Monday; days before 1970 have negative numbers. */
const weekday = (day: string): number => (((epochMs(midnight(day)) / DAY_MS + DAYS_SINCE_MONDAY) % 7) + 7) % 7;

/** The thirteenth month is the next year's first. */
const firstOf = (year: number, month: number): string =>
  month > 12 ? firstOf(year + 1, month - 12) : `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`;
