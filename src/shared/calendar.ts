import { AppError } from './errors.ts';
import { epochMs, instantAt, type Instant } from './instant.ts';

/** A calendar month, `2018-11`; which moments it holds depends on the program's time zone. */
export type Month = `${number}-${number}`;

/**
 * The months of business: a month before or after one of them still has four digits in every time zone, and so can be
 * written and compared.
 */
export const MONTH = /^(19[7-9]\d|[2-8]\d{3})-(0[1-9]|1[0-2])$/;

const formats = new Map<string, Intl.DateTimeFormat>();

const formatIn = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(zone, made);
  return made;
};

export const isTimeZone = (zone: string): boolean => {
  try {
    formatIn(zone);
    return true;
  } catch {
    return false; // the question was whether the runtime knows it
  }
};

/** What a clock on the wall of that zone shows, read as if it were UTC. */
const wallMs = (at: number, zone: string): number => {
  const parts = Object.fromEntries(
    formatIn(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const [year, month, day, hour, minute, second] = ['year', 'month', 'day', 'hour', 'minute', 'second'].map((type) =>
    Number(parts[type]),
  ) as [number, number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute, second);
};

/** The first moment at which clocks in the zone show that local time, or have jumped past it. */
const atLocal = (local: number, zone: string): Instant => {
  // The offset at the guess may differ from the offset at the answer by one change of the clocks: a second look settles it.
  let guess = local;
  for (let look = 0; look < 3; look += 1) guess = local - (wallMs(guess, zone) - guess);
  if (wallMs(guess, zone) < local) guess += local - wallMs(guess, zone);
  return instantAt(guess);
};

/** What clocks in the zone show: `2026-03-29T18:30:00.000`. An hour that clocks skip is never shown, one they repeat is shown twice. */
export const localTimeOf = (at: Instant, zone: string): string =>
  instantAt(wallMs(epochMs(at), zone) + (epochMs(at) % 1_000)).slice(0, -1);

export const dayOf = (at: Instant, zone: string): string => instantAt(wallMs(epochMs(at), zone)).slice(0, 10);

/** What is asked one behind the other is often the same moment, and reckoned once. */
let last: { readonly at: Instant; readonly zone: string; readonly month: Month } | undefined;

export const monthOf = (at: Instant, zone: string): Month => {
  if (last?.at !== at || last.zone !== zone) last = { at, zone, month: dayOf(at, zone).slice(0, 7) as Month };
  return last.month;
};

/** From 1970-01 to 8999-12. Throws `month.malformed`. */
export const parseMonth = (text: string): Month => {
  if (!MONTH.test(text)) {
    throw new AppError('invalid', 'month.malformed', `"${text}" is not a month like 2018-11`);
  }
  return text as Month;
};

export const nextMonth = (month: Month): Month => {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return number === 12 ? (`${year + 1}-01` as Month) : (`${year}-${String(number + 1).padStart(2, '0')}` as Month);
};

/**
 * Between two local times, by the days of a calendar: on the last of a month that has no 31st, a month since the 31st is
 * over. Never less than none.
 */
export const wholeMonths = (from: string, to: string): number => {
  const [fromYear, fromMonth, fromDay] = dayParts(from);
  const [year, month, day] = dayParts(to);
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const months = (year - fromYear) * 12 + month - fromMonth - (day < Math.min(fromDay, lastDay) ? 1 : 0);
  return Math.max(months, 0);
};

const dayParts = (local: string): readonly [number, number, number] => [
  Number(local.slice(0, 4)),
  Number(local.slice(5, 7)),
  Number(local.slice(8, 10)),
];

/** The first moment of a day, `2018-11-04`, in the zone. */
export const dayBegins = (day: string, zone: string): Instant => atLocal(Date.parse(`${day}T00:00:00Z`), zone);

/** Half-open: the month's first moment is in it, the next month's first moment is not. */
export const boundsOf = (month: Month, zone: string): { readonly from: Instant; readonly until: Instant } => ({
  from: dayBegins(`${month}-01`, zone),
  until: dayBegins(`${nextMonth(month)}-01`, zone),
});
