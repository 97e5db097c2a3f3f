import type { Month } from '../../../../shared/calendar.ts';
import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { EnrolmentState } from '../../../partners/index.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import { RAILS, type Way } from '../rails/rail-name.ts';
import { allocate, earningOf, type OpenItem } from './allocation.ts';
import type { Period } from '../statements/period.ts';
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
}

export const OUTCOMES = ['payout', 'below_minimum', 'suspended', 'not_enrolled', 'no_payout_profile'] as const;
/** `payout`, or why there is none. */
export type Outcome = (typeof OUTCOMES)[number];

/** What became of a partner's balance at a close, and why. */
export interface PayoutDecision {
  readonly programId: Id<'prg'>;
  readonly period: Month;
  readonly partnerId: Id<'par'>;
  readonly outcome: Outcome;
  readonly payable: Money;
  readonly payoutId?: PayoutId | undefined;
}

/**
 * The balance at the end of the period, but never more than there is now: what was clawed back between the end of the
 * period and its close is not paid out first and missed afterwards.
 */
export const payableOf = ({ closing, claimed, availableNow, unsent }: Standing): bigint => {
  const [then, now] = [closing - claimed, availableNow - unsent];
  return then < now ? then : now;
};

export interface PayoutQuestion {
  readonly period: Period;
  readonly currency: string;
  readonly minimum: bigint;
  readonly standings: readonly Standing[];
  readonly enrolments: ReadonlyMap<Id<'par'>, EnrolmentState>;
  /** Of those who said where their money goes. */
  readonly ways: ReadonlyMap<Id<'par'>, Way>;
  readonly openItems: ReadonlyMap<Id<'par'>, readonly OpenItem[]>;
  readonly now: Instant;
}

export interface PayoutAnswer {
  readonly decisions: readonly PayoutDecision[];
  /** One for each rail and currency; none when nobody is paid. */
  readonly batches: readonly Batch[];
  readonly payouts: readonly Payout[];
  readonly allocations: readonly Allocation[];
}

export const isCandidate = (standing: Standing, minimum: bigint): boolean => {
  const payable = payableOf(standing);
  return payable > 0n && payable >= minimum;
};

/** Every partner whose balance reaches the minimum, and who may and can be paid, gets one payout of all of it. */
export const decidePayouts = (question: PayoutQuestion): PayoutAnswer => {
  const { period, currency, standings } = question;
  const { programId } = period;
  const decisions = standings.map((standing): PayoutDecision => {
    const outcome = outcomeOf(standing, question);
    const { partnerId } = standing;
    return {
      programId,
      period: period.period,
      partnerId,
      outcome,
      payable: Money.of(payableOf(standing), currency),
      ...(outcome === 'payout' && { payoutId: derivedId('pay', programId, period.period, partnerId) }),
    };
  });
  const paid = decisions.filter((decision): decision is Paid => decision.payoutId !== undefined);
  const inBatches = paid.map((decision) => ({ decision, batch: batchOf(wayOf(decision, question), question) }));
  return {
    decisions,
    batches: distinct(inBatches.map(({ batch }) => batch)),
    payouts: inBatches.map(({ decision, batch }) => payoutOf(decision, batch)),
    allocations: paid.flatMap((decision) =>
      allocate(decision.payable.minor, question.openItems.get(decision.partnerId) ?? []).map((share) => ({
        payoutId: decision.payoutId,
        ...earningOf(share),
        amount: Money.of(share.minor, currency),
      })),
    ),
  };
};

type Paid = PayoutDecision & { readonly payoutId: PayoutId };

const outcomeOf = (standing: Standing, { minimum, enrolments, ways }: PayoutQuestion): Outcome => {
  if (!isCandidate(standing, minimum)) return 'below_minimum';
  const enrolment = enrolments.get(standing.partnerId);
  if (enrolment !== 'approved') return enrolment === 'suspended' ? 'suspended' : 'not_enrolled';
  return ways.has(standing.partnerId) ? 'payout' : 'no_payout_profile';
};

const wayOf = ({ partnerId }: Paid, { ways }: PayoutQuestion): Way => {
  const way = ways.get(partnerId);
  if (way === undefined) throw new Error(`${partnerId} is paid by no rail`);
  return way;
};

/** A bank transfer in the currency of the books is the plain case, and its batch is named by the close alone. */
const batchIdOf = ({ rail, currency }: Way, { period, currency: own }: PayoutQuestion): BatchId =>
  derivedId('bat', period.programId, period.period, ...(rail === 'bank' && currency === own ? [] : [rail, currency]));

const batchOf = (way: Way, question: PayoutQuestion): Batch => ({
  id: batchIdOf(way, question),
  programId: question.period.programId,
  period: question.period.period,
  ...way,
  state: 'draft',
  closedBy: question.period.closedBy,
  createdAt: question.now,
});

const distinct = (batches: readonly Batch[]): readonly Batch[] =>
  [...new Map(batches.map((batch) => [batch.id, batch])).values()].toSorted(
    (a, b) => RAILS.indexOf(a.rail) - RAILS.indexOf(b.rail) || (a.id < b.id ? -1 : 1),
  );

const payoutOf = (
  { payoutId, programId, partnerId, period, payable }: Paid,
  { id: batchId, rail, createdAt }: Batch,
): Payout => ({
  id: payoutId,
  batchId,
  programId,
  partnerId,
  period,
  rail,
  amount: payable,
  state: 'draft',
  bounces: 0,
  clearedByBatch: true,
  createdAt,
});
