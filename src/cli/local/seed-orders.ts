/**
 * What a newly founded Aurora has behind it: half a year of orders, so that there is something to look at in every
 * state. All of it follows from one moment, so that telling it twice is telling the same.
 */
import { boundsOf, type Month, monthOf } from '../../shared/calendar.ts';
import { derivedId } from '../../shared/ids.ts';
import { epochMs, type Instant, instantAt, msBetween, plusDays, plusMs } from '../../shared/instant.ts';
import { BROWSER, CHARGER, lineOf, PRODUCTS, PROGRAM, TERMS } from '../demo/aurora.ts';
import type { PostedEvent } from '../demo/world.ts';

const HOUR_MS = 3_600_000;
/** Days from the reservation to each step. */
const STEPS = { confirmed: 3, in_production: 12, in_transit: 48, delivered: 55 } as const;
const LOCKED = STEPS.delivered + TERMS.returnWindowDays;

/** It comes back after its commission was paid. */
const RECALLED = 'AUR-3002';

type Milestone = keyof typeof STEPS;

interface SeededOrder {
  readonly ref: string;
  /** Whose link was clicked, if anybody's. */
  readonly code?: string;
  readonly reserved: Instant;
  readonly lines: readonly object[];
  /** How many days before. */
  readonly clickedDays?: number;
  /** What happened after the last step, and how many days ago. */
  readonly turn?: { readonly type: string; readonly daysAgo: number; readonly data: object };
}

const [ONE, TWO, HOME, LAWN] = PRODUCTS;
const one = (product: object): readonly object[] => [lineOf('1', product)];
const withCharger = (product: object): readonly object[] => [lineOf('1', product), lineOf('2', CHARGER)];

/** The month so many before the one in which the moment lies. */
export const monthBefore = (at: Instant, months: number): Month => {
  const zone = PROGRAM.timeZone;
  let month = monthOf(at, zone);
  for (let back = 0; back < months; back += 1) month = monthOf(plusMs(boundsOf(month, zone).from, -1), zone);
  return month;
};

const ordersBefore = (now: Instant): readonly SeededOrder[] => {
  const ago = (days: number): Instant => plusDays(now, -days);
  /** Reserved so that it locked in the middle of that month; of this one, in the middle of what has passed. */
  const lockedIn = (months: number): Instant => {
    const { from, until } = boundsOf(monthBefore(now, months), PROGRAM.timeZone);
    const middle = plusMs(from, msBetween(from, until < now ? until : now) / 2);
    return plusDays(instantAt(Math.floor(epochMs(middle))), -LOCKED);
  };
  const returned = (daysAgo: number, reason: string) => ({
    type: 'order.lines_returned',
    daysAgo,
    data: { lines: [{ lineRef: '1', quantity: 1 }], reason },
  });
  const cancelled = { type: 'order.cancelled', daysAgo: 20, data: { reason: 'financing fell through' } };
  return [
    { ref: 'AUR-3001', code: 'lena-drives', reserved: lockedIn(2), lines: one(HOME) },
    { ref: RECALLED, code: 'kupfer', reserved: lockedIn(2), lines: one(LAWN) },
    { ref: 'AUR-3003', code: 'nordlicht', reserved: lockedIn(2), lines: withCharger(ONE) },
    { ref: 'AUR-3004', code: 'lena-drives', reserved: lockedIn(1), lines: withCharger(TWO) },
    { ref: 'AUR-3005', code: 'kupfer', reserved: lockedIn(1), lines: one(ONE) },
    { ref: 'AUR-3006', code: 'nordlicht', reserved: lockedIn(0), lines: one(HOME) },
    { ref: 'AUR-3007', code: 'lena-drives', reserved: ago(67), lines: withCharger(ONE) },
    {
      ref: 'AUR-3008',
      code: 'kupfer',
      reserved: ago(80),
      lines: one(LAWN),
      turn: returned(5, 'too long for the garage'),
    },
    { ref: 'AUR-3009', code: 'nordlicht', reserved: ago(50), lines: one(TWO) },
    { ref: 'AUR-3010', code: 'lena-drives', reserved: ago(40), lines: one(TWO), turn: cancelled },
    { ref: 'AUR-3011', code: 'kupfer', reserved: ago(30), lines: withCharger(ONE) },
    { ref: 'AUR-3012', code: 'lena-drives', reserved: ago(1), lines: one(HOME) },
    { ref: 'AUR-3013', reserved: ago(26), lines: one(LAWN) },
    { ref: 'AUR-3014', code: 'nordlicht', reserved: ago(22), lines: one(ONE), clickedDays: 41 },
  ];
};

/** Of that moment's past: the clicks first, and each order's events as they happened. */
export const eventsBefore = (now: Instant): readonly PostedEvent[] => {
  const orders = ordersBefore(now);
  return [...orders.flatMap(clickOf), ...looks(now), ...orders.flatMap((order) => eventsOf(order, now))];
};

/** What is told once the books are closed. */
export const eventsAfter = (now: Instant): readonly PostedEvent[] => {
  const data = { lines: [{ lineRef: '1', quantity: 1 }], reason: 'recalled by the maker' };
  const type = 'order.lines_returned';
  return [{ id: `${RECALLED}:${type}`, type, subject: RECALLED, time: plusDays(now, -2), data }];
};

const clickIdOf = (ref: string) => derivedId('clk', 'seed', ref);

const clickOf = ({ ref, code, reserved, clickedDays = 2 }: SeededOrder): PostedEvent[] =>
  code === undefined ? [] : [aClick(ref, code, plusDays(reserved, -clickedDays))];

const aClick = (ref: string, code: string, time: Instant): PostedEvent => ({
  id: `${ref}:click`,
  type: 'click.recorded',
  subject: ref,
  time,
  data: { clickId: clickIdOf(ref), linkCode: code, userAgent: BROWSER },
});

/** Those who only looked: some on most days of the last weeks. */
const looks = (now: Instant): readonly PostedEvent[] => {
  const codes = ['lena-drives', 'nordlicht', 'kupfer', 'lena-drives', 'smart-carla'];
  return Array.from({ length: 60 }, (_, index) => {
    const code = codes[index % codes.length] ?? '';
    return aClick(`look-${index + 1}`, code, plusMs(now, -(index * 11 + 5) * HOUR_MS));
  });
};

const eventsOf = (order: SeededOrder, now: Instant): readonly PostedEvent[] => {
  const { ref, code, reserved, lines, turn } = order;
  const ended = turn?.type === 'order.cancelled' ? plusDays(now, -turn.daysAgo) : now;
  const content = { currency: PROGRAM.currency, lines, ...(code !== undefined && { clickId: clickIdOf(ref) }) };
  const event = (type: string, time: Instant, data: object = {}): PostedEvent => ({
    id: `${ref}:${type}`,
    type,
    subject: ref,
    time,
    data,
  });
  const steps = (Object.keys(STEPS) as Milestone[]).map((step) =>
    event(`order.${step}`, plusDays(reserved, STEPS[step])),
  );
  return [
    event('order.reserved', reserved, content),
    event('order.placed', plusMs(reserved, 2 * HOUR_MS), content),
    ...steps.filter(({ time }) => time < ended),
    ...(turn === undefined ? [] : [event(turn.type, plusDays(now, -turn.daysAgo), turn.data)]),
  ];
};
