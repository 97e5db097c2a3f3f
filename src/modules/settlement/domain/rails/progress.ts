/**
 * How far a rail says a payment is, in one vocabulary for all rails, and what a payout does when it hears that. A report
 * may skip steps, come twice, come late or contradict an earlier one; the table says what each means in each state, and
 * what is not in it changes nothing.
 */
import type { Instant } from '../../../../shared/instant.ts';
import { latest } from '../../../../shared/instant.ts';
import type { MoneyFact } from '../books/booking.ts';
import type { Purpose } from '../books/purpose.ts';
import { movePayout, type PayoutAction, type PayoutState } from '../payouts/payout-life-cycle.ts';
import { payoutFacts } from '../payouts/leaving.ts';
import type { Payout } from '../payouts/payout.ts';

/** `bounced`: it was on its way or there, and is being tried again. */
export const PROGRESS = [
  'accepted',
  'in_transit',
  'unclaimed',
  'settled',
  'bounced',
  'rejected',
  'returned',
  'cancelled',
] as const;
export type Progress = (typeof PROGRESS)[number];

/** Those of a payout that was sent. */
export const SENT_STATES = [
  'submitted',
  'accepted',
  'in_transit',
  'unclaimed',
  'unknown',
  'settled',
] as const satisfies readonly PayoutState[];
type SentState = (typeof SENT_STATES)[number];

type Steps = Partial<Record<SentState, readonly PayoutAction[]>>;

/** Report by report: which actions lead from where the payout is to where the rail says it is. */
export const STEPS: Readonly<Record<Progress, Steps>> = {
  accepted: { submitted: ['accept'], unknown: ['accept'] },
  in_transit: { submitted: ['send'], accepted: ['send'], unknown: ['send'] },
  unclaimed: {
    submitted: ['accept', 'leave'],
    accepted: ['leave'],
    in_transit: ['leave'],
    unknown: ['leave'],
  },
  settled: {
    submitted: ['settle'],
    accepted: ['settle'],
    in_transit: ['settle'],
    unclaimed: ['settle'],
    unknown: ['settle'],
  },
  // Going back is a state of its own for settled money alone; before that, it is simply still on its way.
  bounced: { submitted: ['send'], accepted: ['send'], unknown: ['send'], settled: ['bounce'] },
  // What fails on its way comes back; before it left, it was never made.
  rejected: {
    submitted: ['reject'],
    accepted: ['reject'],
    in_transit: ['return'],
    unclaimed: ['return'],
    unknown: ['reject'],
  },
  returned: {
    submitted: ['accept', 'return'],
    accepted: ['return'],
    in_transit: ['return'],
    unclaimed: ['return'],
    unknown: ['return'],
    settled: ['return'],
  },
  cancelled: {
    submitted: ['reject'],
    accepted: ['reject'],
    in_transit: ['return'],
    unclaimed: ['cancel'],
    unknown: ['reject'],
  },
};

/** What a rail said of a payout, and when. */
export interface Heard {
  readonly progress: Progress;
  readonly reason?: string | undefined;
  readonly at: Instant;
}

/** A payout that followed its rail, with each step on the way. */
export interface RailStep {
  readonly action: PayoutAction;
  readonly payout: Payout;
  readonly at: Instant;
  readonly facts: readonly MoneyFact[];
}

/** The steps that a report brings; none when it says nothing new, or what cannot be. */
export const stepsOf = (payout: Payout, heard: Heard): readonly RailStep[] => {
  // A rail whose clock is behind did not settle before we sent.
  const at = latest(heard.at, payout.submittedAt ?? heard.at, payout.settledAt ?? heard.at);
  const actions = STEPS[heard.progress][payout.state as SentState] ?? [];
  const steps: RailStep[] = [];
  let current = payout;
  for (const action of actions) {
    const facts = factsOf(current, action, at);
    current = after(current, action, at, heard.reason);
    steps.push({ action, payout: current, at, facts });
  }
  return steps;
};

const after = (payout: Payout, action: PayoutAction, at: Instant, reason: string | undefined): Payout => {
  const state = movePayout(payout.state, action);
  switch (action) {
    case 'settle':
      return { ...payout, state, settledAt: at };
    case 'bounce':
      return { ...payout, state, bounces: payout.bounces + 1 };
    case 'reject':
    case 'return':
    case 'cancel':
      return { ...payout, state, endedAt: at, reason: reason ?? 'no reason given' };
    default:
      return { ...payout, state };
  }
};

/**
 * How money moves: what settled has left the house and comes back to it first; what was still on its way goes straight
 * back to the partner. Each time round has a name of its own, so no step can be booked twice or left out.
 */
const factsOf = (payout: Payout, action: PayoutAction, at: Instant): readonly MoneyFact[] => {
  const { bounces, state } = payout;
  const facts = (purpose: Purpose, nth?: string) => payoutFacts(payout, purpose, at, { nth, bank: bankOf(payout) });
  switch (action) {
    case 'settle':
      return facts('settle', bounces === 0 ? undefined : `bounce ${bounces}`);
    case 'bounce':
      return facts('return', `bounce ${bounces + 1}`);
    case 'return':
      return state === 'settled' ? [...facts('return'), ...facts('restore')] : facts('restore');
    case 'reject':
    case 'cancel':
      return facts('restore');
    default:
      return [];
  }
};

/** A wallet's provider is paid in advance: what it pays out leaves the account it keeps for us. */
const bankOf = ({ rail }: Payout): string | undefined => (rail === 'wallet' ? rail : undefined);
