import { AppError } from './errors.ts';

declare const brand: unique symbol;

/**
 * A moment, always UTC and to the millisecond: `2018-12-31T00:00:00.000Z`. Text, so that it compares with `<`,
 * travels in JSON and in keys, and cannot be changed behind anybody's back.
 */
export type Instant = string & { readonly [brand]: 'Instant' };

const SHAPE = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,18})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
/** As an instant is written: on a day that every month has, it is one already. */
const CANONICAL = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const FIRST_YEAR = '1583';
/** ISO 8601 means nothing before the Gregorian calendar without an agreement, and texts compare while years have four digits. */
const [FIRST_MS, LAST_MS] = [Date.UTC(1583, 0), Date.UTC(10_000, 0) - 1];
const YEAR_0_MS = Date.parse('0000-01-01T00:00:00Z');
const DAY_MS = 86_400_000;

/** From an RFC 3339 text with a zone. Throws `instant.malformed`. */
export const instant = (text: string): Instant => {
  if (CANONICAL.test(text) && text >= FIRST_YEAR) return text as Instant;
  const ms = SHAPE.test(text) ? Date.parse(text) : Number.NaN;
  if (!(ms >= FIRST_MS && ms <= LAST_MS) || !isRealDay(text)) {
    throw new AppError('invalid', 'instant.malformed', `"${text}" is not a moment like 2018-12-31T00:00:00Z`);
  }
  return instantAt(ms);
};

/** `Date.parse` rolls 30 February over into March; a moment that does not exist is a mistake. */
const isRealDay = (text: string): boolean => {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
};

export const isInstant = (value: unknown): value is string => {
  if (typeof value !== 'string') return false;
  try {
    instant(value);
    return true;
  } catch {
    return false; // the question was whether it is one
  }
};

/**
 * Beyond the years of four digits it stops at the first or last moment that has four: what is due after the end of time
 * never comes, and texts go on comparing as time does. Throws only for what is no number.
 */
export const instantAt = (epochMs: number): Instant =>
  new Date(Math.min(Math.max(epochMs, YEAR_0_MS), LAST_MS)).toISOString() as Instant;

/** An instant has its digits where it has them: reading them takes a fifth of what `Date.parse` takes. */
export const epochMs = (at: Instant): number => {
  if (at.length !== 24) return Date.parse(at);
  const [year, month, day] = [two(at, 0) * 100 + two(at, 2), two(at, 5), two(at, 8)];
  const days = year * 365 + leapDaysBefore(month > 2 ? year + 1 : year) + (DAYS_BEFORE[month] ?? Number.NaN) + day;
  const seconds = (two(at, 11) * 60 + two(at, 14)) * 60 + two(at, 17);
  return (days - DAYS_TO_1970) * DAY_MS + seconds * 1_000 + two(at, 20) * 10 + at.charCodeAt(22) - 48;
};

const two = (text: string, at: number): number => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;

/** Of the years before it that have one; year 0 has. */
const leapDaysBefore = (year: number): number => Math.ceil(year / 4) - Math.ceil(year / 100) + Math.ceil(year / 400);

/** Of the months before it, in a year without a leap day. */
const DAYS_BEFORE = [Number.NaN, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
/** The first of January 1970, counted from the first of year 0, which is 1. */
const DAYS_TO_1970 = 1970 * 365 + 478 + 1;

export const plusMs = (at: Instant, ms: number): Instant => instantAt(epochMs(at) + ms);

/** Days of exactly 24 hours; calendar days belong to a time zone (`calendar.ts`). */
export const plusDays = (at: Instant, days: number): Instant => plusMs(at, days * DAY_MS);

export const msBetween = (from: Instant, to: Instant): number => epochMs(to) - epochMs(from);

export const latest = (first: Instant, ...others: readonly Instant[]): Instant =>
  others.reduce((late, at) => (at > late ? at : late), first);
