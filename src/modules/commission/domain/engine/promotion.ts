import { type Instant, instant } from '../../../../shared/instant.ts';
import type { PassedOver } from '../explaining/explanation.ts';
import type { During } from '../terms/terms.ts';
import { failureAt, type Place } from './clauses.ts';
import type { Sight } from './sight.ts';

/** Whether a promotion is on when the order is placed: why it is not, or undefined if it is. */
export const promotionFailure = (during: During, place: Place): ((sight: Sight) => PassedOver | undefined) => {
  const { weekdays, hours } = during;
  const [from, until] = [instant(during.from), instant(during.until)];
  const failures = {
    dates: failureAt(place, `placed from ${from} until ${until}`),
    weekdays: failureAt(place, `placed on a ${(weekdays ?? []).map(dayName).join(', ')}`),
    hours: failureAt(place, `placed from ${(hours ?? []).join(' until ')}`),
  };
  const days = weekdays && new Set(weekdays);
  return (sight) => {
    if (!isWithin(sight.facts.order.placedAt, from, until)) return failures.dates;
    if (days !== undefined && !days.has(weekdayOf(sight.placedLocally))) return failures.weekdays;
    if (hours !== undefined && !isAmong(sight.placedLocally.slice(11, 16), hours)) return failures.hours;
    return undefined;
  };
};

const isWithin = (at: Instant, from: Instant, until: Instant): boolean => at >= from && at < until;

/** `24:00` comes after every time of day. */
const isAmong = (time: string, [from, until]: readonly [string, string]): boolean => time >= from && time < until;

/** 1 is Monday. */
const weekdayOf = (local: string): number => {
  const day = new Date(`${local.slice(0, 10)}T00:00:00Z`).getUTCDay();
  return day === 0 ? 7 : day;
};

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const dayName = (weekday: number): string => DAYS[weekday - 1] ?? String(weekday);
