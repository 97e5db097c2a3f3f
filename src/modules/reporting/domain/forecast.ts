/** What a program will have to pay of what is open, month by month, and what it would be at most. */
import { grouped } from '../../../shared/grouped.ts';
import { epochMs, type Instant, instantAt } from '../../../shared/instant.ts';
import { Money } from '../../../shared/money.ts';
import { divide } from '../../../shared/rate.ts';
import { type Arrival, type Chance, type Funnel, type Journey, pathOf, type Stage } from './funnel.ts';

/** A commission that has not locked, and has not ended. */
export interface Open extends Pick<Journey, 'reached'> {
  readonly amount: Money;
  /** When the return window ends, once it has vested. */
  readonly locksAt?: Instant | undefined;
}

export interface MonthForecast {
  readonly currency: string;
  /** `2026-12`, in UTC; absent: nothing was kept yet from which to tell when. */
  readonly month?: string | undefined;
  readonly expected: Money;
  readonly maximum: Money;
}

/** Of what a group of equals comes to, how much falls into which month, by so many of those that went before. */
interface Dated {
  readonly month: string | undefined;
  readonly weight: bigint;
}

const DAY_MS = 86_400_000;

/** Where it stands. Throws when it has not come to any stage. */
export const stageOf = (open: Pick<Open, 'reached'>): Arrival => {
  const last = pathOf(open).at(-1);
  if (last === undefined) throw new Error('a commission that was accrued has come to a stage');
  return last;
};

/** Never more than the amount. */
export const expectedOf = (amount: Money, { num, den }: Chance): Money =>
  Money.of(divide(amount.minor * num, den, 'half_up'), amount.currency);

/** By currency and month, those without a month last. Sums are exact: of each group the parts sum to the whole. */
export const forecastOf = (open: readonly Open[], funnel: Funnel, asOf: Instant): readonly MonthForecast[] => {
  const months = new Map<string, MonthForecast>();
  for (const group of groupsOf(open)) {
    const maximum = Money.sum(group.currency, group.amounts);
    const expected = expectedOf(maximum, funnel[group.stage].chance);
    const dates = group.locksAt === undefined ? datesOf(group, funnel, asOf) : [dated(epochMs(group.locksAt), 1, asOf)];
    for (const part of divided({ expected, rest: maximum.minus(expected) }, dates)) {
      const name = `${part.currency} ${part.month ?? '~'}`;
      const sum = months.get(name);
      months.set(name, sum === undefined ? part : added(sum, part));
    }
  }
  return [...months].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, month]) => month);
};

interface Group {
  readonly stage: Stage;
  readonly sinceMs: number;
  readonly currency: string;
  readonly locksAt?: Instant | undefined;
  readonly amounts: readonly Money[];
}

/** Those that have come as far on the same day, and lock on the same day, are treated alike. */
const groupsOf = (open: readonly Open[]): readonly Group[] => {
  const placed = open.map((each) => ({ ...each, ...stageOf(each) }));
  const groups = grouped(placed, ({ stage, atMs, locksAt, amount }) =>
    [stage, Math.floor(atMs / DAY_MS), locksAt?.slice(0, 10), amount.currency].join(' '),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { stage, atMs: sinceMs, locksAt, amount } = first;
    return [{ stage, sinceMs, locksAt, currency: amount.currency, amounts: group.map((each) => each.amount) }];
  });
};

/** As long as those that were kept took, and longer than it has taken so far; overdue: now. */
const datesOf = ({ stage, sinceMs }: Group, funnel: Funnel, asOf: Instant): readonly Dated[] => {
  const { days } = funnel[stage];
  if (days.length === 0) return [{ month: undefined, weight: 1n }];
  const soFar = (epochMs(asOf) - sinceMs) / DAY_MS;
  const ahead = days.filter(([each]) => each > soFar);
  if (ahead.length === 0) return [dated(epochMs(asOf), 1, asOf)];
  const weights = new Map<string, bigint>();
  for (const [each, count] of ahead) {
    const { month = '', weight } = dated(sinceMs + each * DAY_MS, count, asOf);
    weights.set(month, (weights.get(month) ?? 0n) + weight);
  }
  return [...weights].map(([month, weight]) => ({ month, weight }));
};

const dated = (atMs: number, count: number, asOf: Instant): Dated => ({
  month: instantAt(Math.max(atMs, epochMs(asOf))).slice(0, 7),
  weight: BigInt(count),
});

/** What is not expected is divided by itself, so that no month expects more than its maximum. */
const divided = (
  { expected, rest }: { readonly expected: Money; readonly rest: Money },
  dates: readonly Dated[],
): readonly MonthForecast[] => {
  const weights = dates.map(({ weight }) => weight);
  const [expectedParts, rests] = [expected.allocate(weights), rest.allocate(weights)];
  const { currency } = expected;
  return dates.map(({ month }, index) => {
    const part = expectedParts[index] ?? Money.zero(currency);
    return { currency, month, expected: part, maximum: part.plus(rests[index] ?? Money.zero(currency)) };
  });
};

const added = (sum: MonthForecast, part: MonthForecast): MonthForecast => ({
  ...sum,
  expected: sum.expected.plus(part.expected),
  maximum: sum.maximum.plus(part.maximum),
});
