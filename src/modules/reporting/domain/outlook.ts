/** "When am I paid, and what blocks it?" Answered from the facts, in words a partner can do something with. */
import { type Instant, latest } from '../../../shared/instant.ts';
import { type CommissionFacts, type CommissionState, isHeld, statusOf } from './commission-status.ts';
import type { AssessmentNews } from './news.ts';
import { type PayoutFacts, payoutState } from './payout-status.ts';

export const BLOCKERS = [
  'awaiting_commission',
  'awaiting_order_confirmation',
  'awaiting_delivery',
  'in_return_window',
  'awaiting_lock',
  'awaiting_fraud_verdict',
  'held_by_fraud_review',
  'held',
  'rejected_by_fraud',
  'awaiting_period_close',
  'awaiting_payout',
  'payout_submitted',
  'payout_failed',
  'payout_returned',
  'reversed',
  'paid',
] as const;
export type BlockerCode = (typeof BLOCKERS)[number];

export interface Blocker {
  readonly code: BlockerCode;
  readonly sentence: string;
  /** When it ends by itself. */
  readonly until?: Instant | undefined;
}

export interface Outlook {
  readonly state: CommissionState;
  /** Not before this moment; absent while that is not known, or nothing is left to wait for. */
  readonly earliestAt?: Instant | undefined;
  readonly blockers: readonly Blocker[];
}

export interface Around {
  readonly assessment?: Pick<AssessmentNews, 'verdict' | 'reasons'> | undefined;
  /** All payouts of the partner in the program. */
  readonly payouts: readonly PayoutFacts[];
  readonly now: Instant;
}

export const outlookOf = (facts: CommissionFacts, around: Around): Outlook => {
  const { state } = statusOf(facts);
  switch (state) {
    case 'paid':
      return { state, blockers: [paidOff(facts)] };
    case 'reversed':
      return { state, blockers: [takenBack(facts)] };
    case 'settled':
      return { state, blockers: onItsWay(facts, around.payouts) };
    case 'locked':
      return { state, blockers: [AWAITING_CLOSE] };
    default:
      return { state, earliestAt: facts.steps.vested?.locksAt, blockers: beforeLock(facts, around) };
  }
};

const AWAITING_CLOSE: Blocker = {
  code: 'awaiting_period_close',
  sentence: 'It is payable. The period it locked in is not closed yet; the statement, and then the payout, follow.',
};

const AWAITING_PAYOUT: Blocker = {
  code: 'awaiting_payout',
  sentence: "It is on a closed statement. The next payout brings it, once your balance has the program's minimum.",
};

const day = (at: Instant): string => at.slice(0, 10);

const paidOff = ({ brought, payments }: CommissionFacts): Blocker => {
  const [first, ...others] = [...Object.values(brought), ...Object.values(payments)].flatMap((fact) => fact?.at ?? []);
  const when = first === undefined ? '' : ` on ${day(latest(first, ...others))}`;
  return { code: 'paid', sentence: `Nothing blocks it: the bank confirmed the money${when}.` };
};

const takenBack = ({ steps: { reversed } }: CommissionFacts): Blocker => ({
  code: 'reversed',
  sentence: `It was taken back${reversed ? ` on ${day(reversed.at)}` : ''}: ${inWords(reversed?.reasons)}. It will not be paid.`,
});

const onItsWay = ({ statement }: CommissionFacts, payouts: readonly PayoutFacts[]): readonly Blocker[] => {
  const since = statement?.at;
  const later = payouts
    .map((payout) => ({ payout, at: startOf(payout) }))
    .filter(({ at }) => since === undefined || at >= since)
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const newest = later.at(-1)?.payout;
  if (newest === undefined) return [AWAITING_PAYOUT];
  switch (payoutState(newest)) {
    case 'submitted':
      return [
        {
          code: 'payout_submitted',
          sentence: `Payout ${newest.payoutId} is with the bank, which has not confirmed it yet.`,
        },
      ];
    case 'failed':
      return [wentWrong('payout_failed', newest, 'the bank refused it'), AWAITING_PAYOUT];
    case 'returned':
      return [wentWrong('payout_returned', newest, 'the money came back'), AWAITING_PAYOUT];
    default:
      return [AWAITING_PAYOUT];
  }
};

const startOf = ({ steps }: PayoutFacts): Instant => {
  const times = Object.values(steps).map(({ at }) => at);
  return times.toSorted()[0] ?? ('' as Instant);
};

const wentWrong = (
  code: 'payout_failed' | 'payout_returned',
  { payoutId, steps }: PayoutFacts,
  what: string,
): Blocker => {
  const { reason } = (code === 'payout_failed' ? steps.failed : steps.returned) ?? {};
  return {
    code,
    sentence: `Payout ${payoutId} did not arrive: ${what} (${reason ?? 'no reason given'}). Check your payout profile.`,
  };
};

const beforeLock = (facts: CommissionFacts, { assessment, now }: Around): readonly Blocker[] => {
  const { steps } = facts;
  if (Object.keys(steps).length === 0)
    return [{ code: 'awaiting_commission', sentence: 'It is being worked out; ask again in a minute.' }];
  return [...fraudBlockers(facts, assessment), ...progressBlockers(facts, now, assessment?.verdict === 'allow')];
};

const fraudBlockers = (facts: CommissionFacts, assessment: Around['assessment']): readonly Blocker[] => {
  const { held } = facts.steps;
  switch (assessment?.verdict) {
    case undefined:
      return [
        {
          code: 'awaiting_fraud_verdict',
          sentence: 'The order is still being checked for fraud; nothing is paid without.',
        },
      ];
    case 'review':
      return [
        {
          code: 'held_by_fraud_review',
          sentence: `Somebody has to look at the order first: ${inWords(assessment.reasons)}.`,
        },
      ];
    case 'reject':
      return [
        {
          code: 'rejected_by_fraud',
          sentence: `The order was rejected: ${inWords(assessment.reasons)}. It will be taken back.`,
        },
      ];
    default:
      return isHeld(facts) ? [{ code: 'held', sentence: `It is held: ${inWords(held?.reasons)}.` }] : [];
  }
};

const progressBlockers = ({ steps }: CommissionFacts, now: Instant, allowed: boolean): readonly Blocker[] => {
  const { confirmed, vested } = steps;
  if (vested?.locksAt !== undefined) {
    if (vested.locksAt > now) {
      const sentence = `The customer can still send it back until ${day(vested.locksAt)}.`;
      return [{ code: 'in_return_window', sentence, until: vested.locksAt }];
    }
    return allowed ? [{ code: 'awaiting_lock', sentence: 'The return window is over; it locks within minutes.' }] : [];
  }
  const delivery: Blocker = {
    code: 'awaiting_delivery',
    sentence: 'It is earned step by step as the order goes on; the last step of its terms is still to come.',
  };
  if (confirmed !== undefined || vested !== undefined) return [delivery];
  return [{ code: 'awaiting_order_confirmation', sentence: 'The order is placed and not binding yet.' }, delivery];
};

/** Codes as people read them: `order_cancelled` is "order cancelled". */
const inWords = (reasons: readonly string[] = []): string =>
  reasons.length === 0 ? 'no reason given' : reasons.map((reason) => reason.replaceAll('_', ' ')).join(', ');
