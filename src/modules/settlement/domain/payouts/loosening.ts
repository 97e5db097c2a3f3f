/** Whether a policy guards money less than the one before. What is not plainly stricter counts as looser. */
import type { MoneyJson } from '../../../../shared/money.ts';
import { Rate } from '../../../../shared/rate.ts';
import { type Given, paysOn, type PolicyTerms, type ReserveTerms, type Schedule } from './payout-policy.ts';

/** JSON pointers to what is looser. Both as they are in force, the minimum said. */
export const loosenedPolicy = (before: Given, after: Given): readonly string[] =>
  Object.entries(LOOSER).flatMap(([name, isLooser]) => (isLooser(before, after) ? [`/${name}`] : []));

const LOOSER: Readonly<Record<keyof PolicyTerms, (before: Given, after: Given) => boolean>> = {
  minimum: (before, after) => (minorOf(after.minimum) ?? 0n) < (minorOf(before.minimum) ?? 0n),
  schedule: (before, after) => !paysNoMore(before.schedule, after.schedule),
  reserve: (before, after) => !keepsNoLess(before.reserve, after.reserve),
  receivableAfterDays: (before, after) => after.receivableAfterDays > before.receivableAfterDays,
  writeOffAfterDays: (before, after) => after.writeOffAfterDays < before.writeOffAfterDays,
  // What is kept is the partner's money: sooner is looser, and never is strictest.
  forfeitAfterDays: (before, after) => isAbove(before.forfeitAfterDays, after.forfeitAfterDays),
  coolOffHours: (before, after) => after.coolOffHours < before.coolOffHours,
  holdOnFraud: (before, after) => before.holdOnFraud && !after.holdOnFraud,
  oneApproverUpTo: (before, after) => isAbove(minorOf(after.oneApproverUpTo), minorOf(before.oneApproverUpTo)),
  seniorAbove: (before, after) => isAbove(minorOf(after.seniorAbove), minorOf(before.seniorAbove)),
};

const minorOf = (amount: MoneyJson | undefined): bigint | undefined =>
  amount === undefined ? undefined : BigInt(amount.minor);

/** What is not limited is above every limit. */
const isAbove = <Size extends bigint | number>(one: Size | undefined, other: Size | undefined): boolean =>
  other !== undefined && (one === undefined || one > other);

/** Every close that pays now paid before. On request, any close may. */
const paysNoMore = (before: Schedule, after: Schedule): boolean =>
  before === 'every_close' ||
  before === after ||
  (after !== 'on_request' &&
    before !== 'on_request' &&
    MONTHS.every((month) => !paysOn(after, month) || paysOn(before, month)));

const MONTHS = ['2000-03', '2000-06', '2000-09', '2000-12', '2000-01'] as const;

/** A reserve of another kind is compared with nothing: somebody else looks at it. */
const keepsNoLess = (before: ReserveTerms, after: ReserveTerms): boolean => {
  if (before.kind === 'none') return true;
  return before.kind === after.kind && (before.kind === 'floor' ? isNoLowerFloor : rollsNoLess)(before, after);
};

const isNoLowerFloor = (before: ReserveTerms, after: ReserveTerms): boolean =>
  (minorOf(after.amount) ?? 0n) >= (minorOf(before.amount) ?? 0n);

const rollsNoLess = (before: ReserveTerms, after: ReserveTerms): boolean => {
  const [was, is] = [Rate.percent(before.percent ?? '0'), Rate.percent(after.percent ?? '0')];
  return is.numerator * was.denominator >= was.numerator * is.denominator && (after.days ?? 0) >= (before.days ?? 0);
};
