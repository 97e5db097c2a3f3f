import type { Month } from '../../../../shared/calendar.ts';
import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import type { Way } from '../rails/rail-name.ts';
import type { Period } from '../statements/period.ts';
import { allocate, earningOf, notGivenUp, type OpenItem } from './allocation.ts';
import { type Block, blocksOfBalance, blocksOfPayee, type Circumstances, standsAgainst } from './blocks.ts';
import { type PolicyBook, policyOf } from './payout-policy.ts';
import type { Allocation, Batch, Payout } from './payout.ts';

/** A partner's balance at the end of a period, and what already has a claim on it. */
export interface Standing {
  readonly partnerId: Id<'par'>;
  /** The closing balance of the statement. */
  readonly closing: bigint;
  /** Payouts alive that do not show in the closing balance, for they were not sent before the period ended. */
  readonly claimed: bigint;
  /** The available balance with everything booked by now. */
  readonly availableNow: bigint;
  /** Payouts not sent yet. */
  readonly unsent: bigint;
  /** What of the closing balance was raised as a receivable, and neither recovered by then nor written off since. */
  readonly owed: bigint;
  /** Held aside, now. */
  readonly held: bigint;
  /** What we gave up of what the partner owed; it has been earned back by nothing. */
  readonly forgiven: bigint;
  /** What the partner lost of what it had earned, by the end of the period. */
  readonly forfeited: bigint;
}

export const OUTCOMES = [
  'payout',
  'below_minimum',
  'suspended',
  'not_enrolled',
  'no_payout_profile',
  'blocked',
] as const;
/** `payout`, or the first reason why there is none; `blocked` where only the reasons themselves tell. */
export type Outcome = (typeof OUTCOMES)[number];

/** What became of a partner's balance at a close, and why. */
export interface PayoutDecision {
  readonly programId: Id<'prg'>;
  readonly period: Month;
  readonly partnerId: Id<'par'>;
  readonly outcome: Outcome;
  readonly payable: Money;
  readonly payoutId?: PayoutId | undefined;
  /** All that stands against it, or against a part of it. */
  readonly reasons: readonly Block[];
}

/**
 * The balance at the end of the period, but never more than there is now: what was clawed back between the end of the
 * period and its close is not paid out first and missed afterwards.
 */
export const payableOf = ({ closing, claimed, availableNow, unsent, owed }: Standing): bigint => {
  const [then, now] = [closing - claimed - (owed > 0n ? owed : 0n), availableNow - unsent];
  return then < now ? then : now;
};

export interface PayoutQuestion {
  readonly period: Period;
  readonly currency: string;
  readonly timeZone: string;
  /** The program's own, where a policy names none. */
  readonly minimum: bigint;
  readonly policies: PolicyBook;
  readonly standings: readonly Standing[];
  readonly circumstances: ReadonlyMap<Id<'par'>, Circumstances>;
  readonly now: Instant;
}

export interface PayoutAnswer {
  readonly decisions: readonly PayoutDecision[];
  /** One for each rail and currency; none when nobody is paid. */
  readonly batches: readonly Batch[];
  readonly payouts: readonly Payout[];
}

/** Every partner with a balance, and against whom nothing stands, is paid all of it. */
export const decisionsOf = (question: PayoutQuestion): readonly PayoutDecision[] =>
  question.standings.map((standing): PayoutDecision => {
    const { programId, period } = question.period;
    const { partnerId } = standing;
    const payable = payableOf(standing);
    const reasons = reasonsOf(standing, question);
    const outcome = outcomeOf(reasons);
    const payoutId = outcome === 'payout' ? derivedId('pay', programId, period, partnerId) : undefined;
    return { programId, period, partnerId, outcome, payable: Money.of(payable, question.currency), reasons, payoutId };
  });

/** Where nothing can be paid, who asks need not be told more than that. */
const reasonsOf = (standing: Standing, { policies, minimum, circumstances, ...question }: PayoutQuestion) => {
  const { partnerId, held } = standing;
  const policy = policyOf(policies, partnerId, minimum);
  const known = { ...(circumstances.get(partnerId) ?? NOBODY_KNOWN), held };
  const payable = payableOf(standing);
  return [
    ...blocksOfBalance(payable, known, policy, question.period.period, question),
    ...(payable > 0n ? blocksOfPayee(known, policy, question) : []),
  ];
};

const NOBODY_KNOWN: Circumstances = { hasProfile: false, openCases: [], hasRequested: false, held: 0n };

const outcomeOf = (reasons: readonly Block[]): Outcome => {
  const codes = new Set<string>(reasons.filter(standsAgainst).map(({ code }) => code));
  if (codes.size === 0) return 'payout';
  return OUTCOMES.find((outcome) => codes.has(outcome)) ?? 'blocked';
};

export interface PayingQuestion extends Pick<PayoutQuestion, 'period' | 'currency' | 'now'> {
  /** By which rail, and in which currency, each partner is paid; to a bank in that of the books, unless told. */
  readonly ways: ReadonlyMap<Id<'par'>, Way>;
}

/** The payouts that follow from decisions. */
export const payoutsOf = (decisions: readonly PayoutDecision[], question: PayingQuestion): PayoutAnswer => {
  const paid = decisions
    .filter((decision): decision is Paid => decision.payoutId !== undefined)
    .map((decision) => ({ decision, batch: batchOf(wayOf(decision.partnerId, question), question) }));
  return {
    decisions,
    batches: [...new Map(paid.map(({ batch }) => [batch.id, batch])).values()],
    payouts: paid.map(({ decision, batch }) => payoutOf(decision, batch, question.now)),
  };
};

type Paid = PayoutDecision & { readonly payoutId: PayoutId };

const wayOf = (partnerId: Id<'par'>, { ways, currency }: PayingQuestion): Way =>
  ways.get(partnerId) ?? { rail: 'bank', currency };

/** The usual way has the id that batches had when there was no other. */
const batchIdOf = (
  { programId, period }: Pick<Period, 'programId' | 'period'>,
  { rail, currency }: Way,
  usual: string,
): BatchId => derivedId('bat', programId, period, ...(rail === 'bank' && currency === usual ? [] : [rail, currency]));

const batchOf = (way: Way, { period, currency, now }: PayingQuestion): Batch => ({
  id: batchIdOf(period, way, currency),
  programId: period.programId,
  period: period.period,
  rail: way.rail,
  currency: way.currency,
  state: 'draft',
  closedBy: period.closedBy,
  createdAt: now,
});

const payoutOf = ({ payoutId, programId, partnerId, period, payable }: Paid, batch: Batch, now: Instant): Payout => ({
  id: payoutId,
  batchId: batch.id,
  programId,
  partnerId,
  period,
  rail: batch.rail,
  amount: payable,
  state: 'draft',
  bounces: 0,
  clearedByBatch: true,
  createdAt: now,
});

/** What of its partner's open items each payout is for, where it is not for all of them. */
export const allocationsOf = (
  payouts: readonly Payout[],
  openItems: ReadonlyMap<Id<'par'>, readonly OpenItem[]>,
  standings: readonly Standing[],
): readonly Allocation[] => {
  const standing = new Map(standings.map((each) => [each.partnerId, each]));
  return payouts.flatMap(({ id: payoutId, partnerId, amount }) =>
    allocate(amount.minor, notGivenUp(openItems.get(partnerId) ?? [], standing.get(partnerId))).map((share) => ({
      payoutId,
      ...earningOf(share),
      amount: Money.of(share.minor, amount.currency),
    })),
  );
};
