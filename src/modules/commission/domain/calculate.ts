/**
 * What an order earns by some terms, and why: `calculate` is pure, total and bounded, and its explanation alone
 * suffices to come to the same cents again (`recalculate`).
 */
import { AppError } from '../../../shared/errors.ts';
import { Money } from '../../../shared/money.ts';
import { Rate, type Rounding } from '../../../shared/rate.ts';
import type { LineFacts, OrderFacts } from '../../orders/index.ts';
import type { Clause, Explanation, LimitExplanation, LineExplanation } from './explanation.ts';
import type { FactName, Facts } from './facts.ts';
import type { FiguresOfPeriods } from './figures.ts';
import type { Amount, Comparison, Condition, Group, Limit, TermsVersion } from './terms.ts';

export interface Calculation {
  readonly total: Money;
  readonly explanation: Explanation;
}

/** Throws `commission.currency_not_covered`. */
export const calculate = (
  { order }: Facts,
  { termsId, version, hash, terms }: TermsVersion,
  _figures: FiguresOfPeriods,
): Calculation => {
  if (order.currency !== terms.currency) {
    throw new AppError(
      'refused',
      'commission.currency_not_covered',
      `terms in ${terms.currency} do not cover an order in ${order.currency}`,
    );
  }
  const groups = terms.groups.toSorted((a, b) => a.rank - b.rank);
  const lines = order.lines.map((line) => explainLine(order, line, groups, terms.rounding));
  const { amounts, limits } = limited(
    lines.map(({ rounded }) => Money.fromJson(rounded)),
    terms.limits,
    terms.currency,
  );
  const total = Money.sum(terms.currency, amounts);
  return {
    total,
    explanation: {
      terms: { termsId, version, hash },
      orderId: order.orderId,
      orderRef: order.orderRef,
      rounding: terms.rounding,
      lines: lines.map((line, index) => ({ ...line, amount: (amounts[index] ?? total).toJSON() })),
      limits,
      total: total.toJSON(),
      vesting: terms.vesting,
      returnWindowDays: terms.returnWindowDays,
    },
  };
};

const explainLine = (
  order: OrderFacts,
  line: LineFacts,
  groups: readonly Group[],
  rounding: Rounding,
): Omit<LineExplanation, 'amount'> => {
  const valueOf = (fact: FactName): string | undefined => factOf(fact, order, line);
  const passedOver: { name: string; rank: number; failedOn: string }[] = [];
  let decided: Group | undefined;
  let clauses: readonly Clause[] = [];
  for (const group of groups) {
    const tried = clausesOf(group.when, valueOf);
    if (holds(group.when, valueOf)) {
      decided = group;
      clauses = tried;
      break;
    }
    passedOver.push({
      name: group.name,
      rank: group.rank,
      failedOn: tried.find((clause) => !clause.holds)?.says ?? 'none of its parts',
    });
  }
  const quantityKept = line.quantity - line.returnedQuantity;
  const base = Money.fromJson(line.unitPrice).times(BigInt(quantityKept));
  const { exact, rounded } = earned(decided?.amount, base, quantityKept, rounding);
  return {
    lineRef: line.lineRef,
    base: base.toJSON(),
    quantityKept,
    unitPrice: line.unitPrice,
    group: decided === undefined ? null : { name: decided.name, rank: decided.rank, amount: decided.amount },
    clauses,
    passedOver,
    exact,
    rounded: rounded.toJSON(),
  };
};

const factOf = (fact: FactName, order: OrderFacts, line: LineFacts): string | undefined => {
  switch (fact) {
    case 'line.category':
      return line.category;
    case 'line.sku':
      return line.sku;
    case 'order.currency':
      return order.currency;
    default:
      return undefined;
  }
};

type ValueOf = (fact: FactName) => string | undefined;

const holds = (condition: Condition, valueOf: ValueOf): boolean => {
  if ('all' in condition) return condition.all.every((part) => holds(part, valueOf));
  if ('any' in condition) return condition.any.some((part) => holds(part, valueOf));
  const value = valueOf(condition.fact);
  if ('equals' in condition) return value === condition.equals;
  if ('notEquals' in condition) return value !== condition.notEquals;
  if ('in' in condition) return value !== undefined && (condition.in as readonly unknown[]).includes(value);
  if ('exists' in condition) return (value !== undefined && value !== '') === condition.exists;
  return false;
};

const clausesOf = (condition: Condition, valueOf: ValueOf): readonly Clause[] => {
  if ('all' in condition) return condition.all.flatMap((part) => clausesOf(part, valueOf));
  if ('any' in condition) return condition.any.flatMap((part) => clausesOf(part, valueOf));
  return [{ says: saying(condition), met: valueOf(condition.fact) ?? null, holds: holds(condition, valueOf) }];
};

const saying = (condition: Comparison): string => {
  if ('equals' in condition) return `${condition.fact} equals "${String(condition.equals)}"`;
  if ('notEquals' in condition) return `${condition.fact} does not equal "${String(condition.notEquals)}"`;
  if ('in' in condition)
    return `${condition.fact} is one of ${condition.in.map((value) => `"${String(value)}"`).join(', ')}`;
  return `${condition.fact} ${'exists' in condition && condition.exists ? 'is given' : 'is not given'}`;
};

/** A flat amount is earned while anything of the line is kept. */
const earned = (
  amount: Amount | undefined,
  base: Money,
  quantityKept: number,
  rounding: Rounding,
): { exact: string; rounded: Money } => {
  if (amount === undefined || quantityKept === 0) return { exact: '0/1', rounded: Money.zero(base.currency) };
  if ('flat' in amount) return { exact: `${amount.flat.minor}/1`, rounded: Money.fromJson(amount.flat) };
  if (!('percent' in amount)) throw new Error('amounts of this kind are not calculated yet');
  const rate = Rate.percent(amount.percent);
  return { exact: `${base.minor * rate.numerator}/${rate.denominator}`, rounded: base.times(rate, rounding) };
};

const limited = (
  amounts: readonly Money[],
  limits: readonly Limit[],
  currency: string,
): { readonly amounts: readonly Money[]; readonly limits: readonly LimitExplanation[] } => {
  const explained: LimitExplanation[] = [];
  let left = amounts;
  for (const rule of limits) {
    if (!('amount' in rule) || rule.per !== 'order') throw new Error('limits of this kind are not calculated yet');
    const { per, amount } = rule;
    const limit = Money.fromJson(amount);
    const before = Money.sum(currency, left);
    const after = before.atMost(limit);
    if (!after.equals(before)) left = after.allocate(left.map(({ minor }) => minor));
    explained.push({ per, limit: amount, before: before.toJSON(), after: after.toJSON() });
  }
  return { amounts: left, limits: explained };
};

/**
 * The total that an explanation amounts to, from nothing but what it says. Different from `explanation.total` only if
 * one of them is wrong.
 */
export const recalculate = ({ lines, limits, rounding, total: { currency } }: Explanation): Money => {
  const rounded = lines.map(
    ({ base, quantityKept, group }) => earned(group?.amount, Money.fromJson(base), quantityKept, rounding).rounded,
  );
  const rules = limits.map(({ per, limit }) => ({ per, amount: limit }));
  return Money.sum(currency, limited(rounded, rules, currency).amounts);
};
