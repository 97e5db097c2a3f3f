import type { MoneyJson } from '../../../../shared/money.ts';
import type {
  BonusExplanation,
  Explanation,
  LimitExplanation,
  LineExplanation,
  SplitExplanation,
  TierExplanation,
} from '../explaining/explanation.ts';
import type { TermsVersion } from '../terms/terms.ts';
import type { CutMade } from './cuts.ts';
import { fractionText } from './exact.ts';
import type { ReadyGroup } from './ready-terms.ts';
import { type BonusWork, factsMet, type LineWork, type Notes, type Task, type TierUse, type Work } from './work.ts';

const UNSEEN: Notes = { clauses: [], facts: [] };

/** The work written down. */
export const explained = (
  work: Work,
  { terms, sight }: Task,
  { termsId, version, hash }: TermsVersion,
): Explanation => {
  const { order, credit, exchange } = sight.facts;
  const { currency } = terms;
  const money = (minor: bigint): MoneyJson => ({ minor: minor.toString(), currency });
  const isExchanged = order.currency !== currency;
  const { bonuses, bonusesPassedOver, split } = work;
  const amountAt = (index: number): MoneyJson => money(work.amounts[index] ?? 0n);
  return {
    terms: { termsId, version, hash },
    orderId: order.orderId,
    orderRef: order.orderRef,
    rounding: terms.rounding,
    override: terms.override,
    exchange: isExchanged ? exchange : undefined,
    facts: factsMet(terms.facts, sight, ({ isOfLine }, index) => !isOfLine && sight.seen?.[index] !== 0),
    lines: work.lines.map((line, index) => lineExplained(line, order.currency, isExchanged, money, amountAt(index))),
    bonuses:
      bonuses.length === 0
        ? undefined
        : bonuses.map((bonus, index) => bonusExplained(bonus, money, amountAt(work.lines.length + index))),
    bonusesPassedOver:
      bonusesPassedOver.length === 0 ? undefined : bonusesPassedOver.map(({ name, failedOn }) => ({ name, failedOn })),
    split: split && splitExplained(credit, split, money),
    limits: work.cuts.map((cut) => limitExplained(cut, money)),
    total: money(work.total),
    vesting: terms.vesting,
    returnWindowDays: terms.returnWindowDays,
  };
};

type ToMoney = (minor: bigint) => MoneyJson;

const lineExplained = (
  { of, group, passedOver = [], tier, exact, rounded, bounded, notes = UNSEEN }: LineWork,
  currency: string,
  isExchanged: boolean,
  money: ToMoney,
  amount: MoneyJson,
): LineExplanation => ({
  lineRef: of.line.lineRef,
  base: { minor: of.base.toString(), currency },
  quantityKept: of.kept,
  unitPrice: of.line.unitPrice,
  exchanged: isExchanged ? fractionText(of.worth) : undefined,
  facts: notes.facts,
  group: group === undefined ? null : decided(group),
  clauses: notes.clauses,
  passedOver,
  tier: tier && tierExplained(tier),
  exact: fractionText(exact),
  rounded: money(rounded),
  bounded: bounded === rounded ? undefined : money(bounded),
  amount,
});

const decided = ({ group: { name, rank, amount } }: ReadyGroup): LineExplanation['group'] => ({ name, rank, amount });

const tierExplained = ({ scope, figures, figure, adds, parts }: TierUse): TierExplanation => ({
  scope: scope.name,
  from: figures.from,
  until: figures.until,
  figure: figure.toString(),
  adds: fractionText(adds),
  steps: parts.map(({ from, part }) => ({ from, part: fractionText(part) })),
});

const bonusExplained = (
  { of, exact, rounded, notes = UNSEEN }: BonusWork,
  money: ToMoney,
  amount: MoneyJson,
): BonusExplanation => ({
  name: of.bonus.name,
  earns: of.bonus.amount,
  clauses: notes.clauses,
  exact: fractionText(exact),
  rounded: money(rounded),
  amount,
});

const splitExplained = (
  { shares, own }: Pick<SplitExplanation, 'shares' | 'own'>,
  { before, after }: NonNullable<Work['split']>,
  money: ToMoney,
): SplitExplanation => ({ shares, own, before: money(before), after: money(after) });

const limitExplained = ({ per, most, before, after, counted }: CutMade, money: ToMoney): LimitExplanation => ({
  per,
  limit: money(most ?? before),
  before: money(before),
  after: money(after),
  ...(counted && { counted }),
});
