/**
 * What an order earns by some terms, and why: `calculate` is pure, total and bounded, and its explanation alone suffices
 * to come to the same cents again (`recalculate`). Terms are made ready once, for all the orders they judge.
 */
import { AppError } from '../../../../shared/errors.ts';
import { Money } from '../../../../shared/money.ts';
import type { CutMade } from './cuts.ts';
import type { Exact } from './exact.ts';
import { explained } from './explain.ts';
import { readyTerms } from './ready-terms.ts';
import { minorRate, Sight, UNCHANGED } from './sight.ts';
import { revenueOf, type Task, type Work, worked } from './work.ts';
import type { Explanation } from '../explaining/explanation.ts';
import type { Facts } from './facts.ts';
import type { FiguresOfPeriods } from '../periods/figures.ts';
import type { Terms, TermsVersion } from '../terms/terms.ts';

/** What an order comes to, without the why. */
export interface Reckoning {
  readonly total: Money;
  /** Of all lines as kept, in the terms' currency: what others of the period count it with. */
  readonly revenue: Money;
  /** What limits and budgets left of it, in the order in which they cut. */
  readonly cuts: readonly CutMade[];
  /** What the lines of one group come to in the end. */
  readonly paidBy: (group: string) => bigint;
}

export interface Calculation extends Reckoning {
  readonly explanation: Explanation;
}

/**
 * Throws, for an order that is to be parked and not guessed: `commission.currency_not_covered`,
 * `commission.rate_missing`, `commission.fact_missing`, `commission.fact_unreadable`, `commission.figures_missing`.
 */
export const calculate = (facts: Facts, version: TermsVersion, figures: FiguresOfPeriods): Calculation => {
  const task = taskOf(facts, version.terms, figures, true);
  const work = worked(task);
  return { ...outcome(task, work), explanation: explained(work, task, version) };
};

/** The same cents without the why, for whoever asks about many orders. Throws as `calculate` does. */
export const reckoning = (facts: Facts, { terms }: TermsVersion, figures: FiguresOfPeriods): Reckoning => {
  const task = taskOf(facts, terms, figures, false);
  return outcome(task, worked(task));
};

const outcome = ({ terms: { currency, rounding }, sight }: Task, work: Work): Reckoning => ({
  total: Money.of(work.total, currency),
  revenue: Money.of(revenueOf(sight, rounding), currency),
  cuts: work.cuts,
  paidBy: (name) =>
    work.lines.reduce(
      (sum, { group }, index) => (group?.group.name === name ? sum + (work.amounts[index] ?? 0n) : sum),
      0n,
    ),
});

const taskOf = (facts: Facts, terms: Terms, figures: FiguresOfPeriods, isExplained: boolean): Task => {
  const ready = readyTerms(terms, facts.credit);
  const sight = new Sight(facts, toTerms(facts, terms), ready.testCount, isExplained ? ready.facts.length : undefined);
  return { terms: ready, sight, figures, isExplained };
};

/** What a minor unit of the order is in minor units of the terms. */
const toTerms = ({ order, exchange }: Facts, { currency, exchange: allowed }: Terms): Exact => {
  if (order.currency === currency) return UNCHANGED;
  if (allowed === undefined) {
    throw new AppError(
      'refused',
      'commission.currency_not_covered',
      `terms in ${currency} do not cover an order in ${order.currency}; tell the order again in ${currency}, at an ` +
        'earlier time, and let terms for later orders have an exchange',
    );
  }
  if (exchange?.from !== order.currency || exchange.to !== currency) {
    throw new AppError(
      'refused',
      'commission.rate_missing',
      `there is no rate from ${order.currency} to ${currency} by ${allowed.source}; send it, and the order is calculated by itself`,
      { ids: { orderId: order.orderId } },
    );
  }
  return minorRate(exchange);
};
