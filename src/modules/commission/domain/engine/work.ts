/**
 * What an order comes to, in this order: each line exactly, rounded once, kept within its bounds; bonuses; limits of the
 * order; the split between partners; budgets, then limits over a period. Nothing else is rounded.
 */
import { AppError } from '../../../../shared/errors.ts';
import { divide, type Rounding } from '../../../../shared/rate.ts';
import type { Clause, CountedLimit, FactMet, PassedOver } from '../explaining/explanation.ts';
import type { FigureScope, FiguresOfPeriods, PeriodFigures } from '../periods/figures.ts';
import { type Position, tierEarning, type TierPart } from './amounts.ts';
import { type Cut, cutAll, type CutMade, type Parts, splitAmong, sumOf } from './cuts.ts';
import { type Exact, NOTHING, whole } from './exact.ts';
import type { ReadyBonus, ReadyGroup, ReadyLimit, ReadyTerms } from './ready-terms.ts';
import type { LineWorth, Sight } from './sight.ts';

/** What of a line or bonus only its explanation needs. */
export interface Notes {
  readonly clauses: readonly Clause[];
  readonly facts: readonly FactMet[];
}

export interface TierUse extends Position {
  readonly scope: FigureScope;
  readonly figures: PeriodFigures;
  readonly parts: readonly TierPart[];
}

export interface Earned {
  readonly exact: Exact;
  readonly rounded: bigint;
}

export interface LineWork extends Earned {
  readonly of: LineWorth;
  readonly group: ReadyGroup | undefined;
  readonly passedOver?: readonly PassedOver[] | undefined;
  readonly tier?: TierUse | undefined;
  /** Within `atLeast` and `atMost`. */
  readonly bounded: bigint;
  readonly notes?: Notes | undefined;
}

export interface BonusWork extends Earned {
  readonly of: ReadyBonus;
  readonly notes?: Notes | undefined;
}

export interface Work {
  readonly lines: readonly LineWork[];
  readonly bonuses: readonly BonusWork[];
  readonly bonusesPassedOver: readonly PassedOver[];
  /** Absent: there was nothing to split, or nobody to split it with. */
  readonly split?: { readonly before: bigint; readonly after: bigint } | undefined;
  readonly cuts: readonly CutMade[];
  /** One a line, then one a bonus. */
  readonly amounts: readonly bigint[];
  readonly total: bigint;
}

export interface Task {
  readonly terms: ReadyTerms;
  readonly sight: Sight;
  readonly figures: FiguresOfPeriods;
  readonly isExplained: boolean;
}

export const worked = (task: Task): Work => {
  const { terms, sight, figures } = task;
  const lines = sight.lines.map((line) => lineWork(line, task));
  const { bonuses, passedOver } = bonusWork(task);
  const parts = (): Parts => ({
    currency: terms.currency,
    lineRefs: lines.map(({ of }) => of.line.lineRef),
    groups: lines.map(({ group }) => group?.group.name),
  });
  const earned = lines.map(({ bounded }) => bounded);
  for (const { rounded } of bonuses) earned.push(rounded);
  const ofOrder = cutAll(earned, terms.orderCuts, parts);
  const shared = splitAmong(ofOrder.amounts, sight.facts.credit, parts);
  const ofPeriods = cutAll(shared, periodCuts(lines, terms, figures), parts);
  return {
    lines,
    bonuses,
    bonusesPassedOver: passedOver,
    split: shared === ofOrder.amounts ? undefined : { before: sumOf(ofOrder.amounts), after: sumOf(shared) },
    cuts: ofPeriods.made.length === 0 ? ofOrder.made : [...ofOrder.made, ...ofPeriods.made],
    amounts: ofPeriods.amounts,
    total: sumOf(ofPeriods.amounts),
  };
};

// ── lines ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const lineWork = (of: LineWorth, { terms, sight, figures, isExplained }: Task): LineWork => {
  sight.at = of;
  sight.look += 1;
  const passedOver = isExplained ? [] : undefined;
  const group = deciding(terms.groups, sight, passedOver);
  const notes = isExplained ? notesOf(group, terms, sight) : undefined;
  if (group === undefined || of.kept === 0)
    return { of, group, passedOver, exact: NOTHING, rounded: 0n, bounded: 0n, notes };
  const tier = 'tiers' in group.earns ? tierUse(group.earns, group, sight, figures, terms.rounding) : undefined;
  const exact = 'tiers' in group.earns ? tierEarning(tier?.parts ?? [], of) : group.earns.earning(of);
  const rounded = roundedTo(exact, terms.rounding);
  return { of, group, passedOver, tier, exact, rounded, bounded: within(rounded, group), notes };
};

const deciding = (
  groups: readonly ReadyGroup[],
  sight: Sight,
  passedOver: PassedOver[] | undefined,
): ReadyGroup | undefined => {
  for (const group of groups) {
    const failure = group.failure(sight);
    if (failure === undefined) return group;
    passedOver?.push(failure);
  }
  return undefined;
};

const notesOf = (chosen: ReadyGroup | ReadyBonus | undefined, { facts }: ReadyTerms, sight: Sight): Notes => {
  const clauses: Clause[] = [];
  chosen?.condition.trace(sight, clauses);
  return {
    clauses,
    facts: factsMet(facts, sight, ({ isOfLine }, index) => isOfLine && sight.seen?.[index] === sight.look),
  };
};

/** As far as conditions looked at them. */
export const factsMet = (
  facts: ReadyTerms['facts'],
  sight: Sight,
  isMet: (fact: ReadyTerms['facts'][number], index: number) => boolean,
): readonly FactMet[] => {
  const met: FactMet[] = [];
  for (const [index, each] of facts.entries())
    if (isMet(each, index)) met.push({ fact: each.fact, value: each.shown(sight) });
  return met;
};

export const roundedTo = ({ num, den }: Exact, rounding: Rounding): bigint =>
  den === 1n ? num : divide(num, den, rounding);

export const within = (amount: bigint, { atLeast, atMost }: Pick<ReadyGroup, 'atLeast' | 'atMost'>): bigint => {
  const raised = atLeast !== undefined && amount < atLeast ? atLeast : amount;
  return atMost !== undefined && raised > atMost ? atMost : raised;
};

const tierUse = (
  { tiers, scope }: Extract<ReadyGroup['earns'], { tiers: unknown }>,
  { group: { amount } }: ReadyGroup,
  sight: Sight,
  all: FiguresOfPeriods,
  rounding: Rounding,
): TierUse | undefined => {
  if (!('tiers' in amount)) return undefined;
  const { by, mode } = amount.tiers;
  const figures = figuresOf(scope, all);
  const { orders, revenueMinor } = mode === 'marginal' ? figures.before : figures.others;
  // What the period has reached is one for all its orders: this one adds to it what it adds for the others.
  const revenue = mode === 'marginal' ? sight.total : whole(revenueOf(sight, rounding));
  const position: Position =
    by === 'count' ? { figure: BigInt(orders), adds: whole(1n) } : { figure: revenueMinor, adds: revenue };
  return { scope, figures, ...position, parts: tiers(position) };
};

/** What an order counts in its periods, in minor units. */
export const revenueOf = ({ total }: Sight, rounding: Rounding): bigint => roundedTo(total, rounding);

const figuresOf = ({ name }: FigureScope, figures: FiguresOfPeriods): PeriodFigures => {
  const found = figures.get(name);
  if (found === undefined)
    throw new AppError(
      'refused',
      'commission.figures_missing',
      `nobody gave the figures of ${name}, which the terms go by`,
    );
  return found;
};

// ── bonuses ───────────────────────────────────────────────────────────────────────────────────────────────────────

const NO_BONUSES = { bonuses: [], passedOver: [] };

/** Of an order of which something is kept. */
const bonusWork = (
  task: Task,
): { readonly bonuses: readonly BonusWork[]; readonly passedOver: readonly PassedOver[] } => {
  const { terms, sight, isExplained } = task;
  const kept = terms.bonuses.length === 0 ? 0 : sight.lines.reduce((sum, line) => sum + line.kept, 0);
  if (kept === 0) return NO_BONUSES;
  const bonuses: BonusWork[] = [];
  const passedOver: PassedOver[] = [];
  sight.at = undefined;
  sight.look += 1;
  for (const each of terms.bonuses) {
    const failure = each.failure(sight);
    if (failure !== undefined) {
      passedOver.push(failure);
      continue;
    }
    const exact = each.earning({ kept, worth: sight.total });
    const notes = isExplained ? notesOf(each, terms, sight) : undefined;
    bonuses.push({ of: each, exact, rounded: roundedTo(exact, terms.rounding), notes });
  }
  return { bonuses, passedOver };
};

// ── limits ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Budgets first, for they are the narrower. */
const periodCuts = (lines: readonly LineWork[], { limits }: ReadyTerms, figures: FiguresOfPeriods): readonly Cut[] => {
  const hasBudgets = lines.some(({ group }) => group?.budget !== undefined);
  if (!hasBudgets && limits.length === 0) return NONE;
  return [...budgetCuts(lines, figures), ...limits.map((limit) => limitCut(limit, figures))];
};

const NONE: readonly Cut[] = [];

const budgetCuts = (lines: readonly LineWork[], figures: FiguresOfPeriods): readonly Cut[] => {
  const groups = new Set(lines.map(({ group }) => group));
  return [...groups]
    .toSorted(byRank)
    .flatMap((group) =>
      group?.budget === undefined ? [] : [amountCut('program', group.budget.scope, group.budget.limit, figures)],
    );
};

const byRank = (a: ReadyGroup | undefined, b: ReadyGroup | undefined): number =>
  (a?.group.rank ?? 0) - (b?.group.rank ?? 0);

const limitCut = (limit: ReadyLimit, figures: FiguresOfPeriods): Cut => {
  if ('amount' in limit) return amountCut(limit.per, limit.scope, limit.amount, figures);
  const { before, ...period } = figuresOf(limit.scope, figures);
  const counted = countedBy(limit.scope, period, 'orders', String(limit.orders), String(before.orders));
  return { per: limit.per, most: before.orders < limit.orders ? undefined : 0n, counted };
};

const amountCut = (per: Cut['per'], scope: FigureScope, limit: bigint, figures: FiguresOfPeriods): Cut => {
  const { before, ...period } = figuresOf(scope, figures);
  const left = limit - before.earnedMinor;
  const counted = countedBy(scope, period, 'amount', String(limit), String(before.earnedMinor));
  return { per, most: left < 0n ? 0n : left, counted };
};

const countedBy = (
  { name, period, group }: FigureScope,
  { from, until }: Pick<PeriodFigures, 'from' | 'until'>,
  of: CountedLimit['of'],
  limit: string,
  used: string,
): CountedLimit => ({ scope: name, period, from, until, group, of, limit, used });
