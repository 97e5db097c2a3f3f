/**
 * What a day brought, by program and partner. Days are days in UTC of the moment the thing itself happened: a click was
 * made, an order placed, a commission locked. Reporting knows no program's time zone; the periods
 * money is settled in are settlement's, and stand on its statements.
 *
 * Everything here is a sum, so it does not matter in which order, or in which batches, it is added up.
 */
import { unreachable } from '../../../shared/errors.ts';
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { MoneyJson } from '../../../shared/money.ts';
import type { RollupMeasure } from '../index.ts';
import type { ConversionNews, News, PartNews, StepNews } from './news.ts';

export interface Count {
  readonly programId: Id<'prg'>;
  /** Absent for what is nobody's. */
  readonly partnerId?: Id<'par'> | undefined;
  readonly day: string;
  readonly measure: RollupMeasure;
  /** Absent for what has no amount. */
  readonly currency?: string | undefined;
  readonly count: number;
  readonly minor: bigint;
}

export const dayOf = (at: Instant): string => at.slice(0, 10);

/** What one piece of news adds; a decision that replaces another takes away what that one added. */
export const countsOf = (news: News): readonly Count[] => {
  switch (news.about) {
    case 'click':
      return [one(news, news.at, 'clicks')];
    case 'conversion':
      return conversionCounts(news);
    case 'assessment':
    case 'milestone':
    case 'more_of_statement':
      return [];
    case 'step':
      return stepCounts(news);
    case 'clawback':
    case 'payment':
      return partCounts(news);
    case 'adjustment':
      return [one(news, news.at, 'adjusted', news.amount)];
    case 'statement':
      return [one(news, news.at, 'statements', news.closing)];
    case 'payout':
      return [one(news, news.at, `payouts_${news.step}`, news.amount)];
    default:
      return unreachable(news);
  }
};

type Whose = Pick<Count, 'programId' | 'partnerId'>;

const one = (
  { programId, partnerId }: Whose,
  at: Instant,
  measure: RollupMeasure,
  amount?: MoneyJson,
  count = 1,
): Count => ({
  programId,
  partnerId,
  day: dayOf(at),
  measure,
  currency: amount?.currency,
  count,
  minor: BigInt(amount?.minor ?? 0),
});

const conversionCounts = ({ programId, partnerId, replaces, placedAt }: ConversionNews): readonly Count[] => {
  const count = (whose: Id<'par'> | undefined, by: number): Count =>
    one({ programId, partnerId: whose }, placedAt, whose === undefined ? 'unattributed' : 'conversions', undefined, by);
  return replaces === undefined ? [count(partnerId, 1)] : [count(replaces.partnerId, -1), count(partnerId, 1)];
};

const stepCounts = (news: StepNews): readonly Count[] => {
  switch (news.step) {
    case 'accrued':
    case 'reversed':
    case 'locked':
      return [one(news, news.at, news.step, news.amount)];
    case 'raised':
    case 'reduced':
      return [one(news, news.at, news.step, news.change)];
    case 'confirmed':
    case 'vested':
    case 'held':
    case 'released':
      return [];
    default:
      return unreachable(news.step);
  }
};

const partCounts = (news: PartNews): readonly Count[] => [
  one(news, news.at, news.about === 'clawback' ? 'clawed_back' : 'paid', news.amount),
];

const nameOf = ({ programId, partnerId, day, measure, currency }: Count): string =>
  [programId, partnerId ?? '', day, measure, currency ?? ''].join(' ');

/** One for each program, partner, day, measure and currency, in one order. */
export const summed = (counts: readonly Count[]): readonly Count[] => {
  const sums = new Map<string, Count>();
  for (const count of counts) {
    const name = nameOf(count);
    const sum = sums.get(name);
    sums.set(
      name,
      sum === undefined ? count : { ...sum, count: sum.count + count.count, minor: sum.minor + count.minor },
    );
  }
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
};
