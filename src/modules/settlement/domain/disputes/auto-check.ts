/** What is plain is decided at once, by a rule that has a name and says by which facts. */
import { Money } from '../../../../shared/money.ts';
import type { CommissionEvidence, OrderEvidence } from '../../../commission/index.ts';
import type { PayoutState } from '../payouts/payout-life-cycle.ts';
import type { Payout } from '../payouts/payout.ts';
import type { Dispute, Ruling } from './dispute.ts';

/** What rules look at. */
export interface Findings {
  /** Of the order it is about, if it is known. */
  readonly order?: OrderEvidence | undefined;
  /** That it is about. */
  readonly commission?: CommissionEvidence | undefined;
  readonly payout?: Payout | undefined;
}

type Rule = (dispute: Dispute, findings: Findings) => Ruling | undefined;

/** Undefined: a person has to look. */
export const autoCheck = (dispute: Dispute, findings: Findings): Ruling | undefined => {
  for (const rule of RULES_OF[dispute.kind]) {
    const ruling = rule(dispute, findings);
    if (ruling !== undefined) return ruling;
  }
  return undefined;
};

const CAME_BACK: readonly PayoutState[] = ['returned', 'rejected', 'cancelled'];
const NOT_SENT: readonly PayoutState[] = ['draft', 'approved'];

const payoutCameBack: Rule = ({ claimed }, { payout }) => {
  if (payout === undefined || !CAME_BACK.includes(payout.state)) return undefined;
  const { id, state, reason = 'none given', endedAt = '' } = payout;
  return {
    outcome: 'upheld',
    reason: 'payout_came_back',
    granted: Money.zero(claimed.currency),
    text: `The payout is ${state} (${reason}): the balance is yours again and goes with the next close.`,
    rule: 'payout_came_back',
    facts: { payoutId: id, state, because: reason, endedAt },
  };
};

const payoutNotSent: Rule = ({ claimed }, { payout }) => {
  if (payout === undefined || !NOT_SENT.includes(payout.state)) return undefined;
  return {
    outcome: 'rejected',
    reason: 'payout_not_sent_yet',
    granted: Money.zero(claimed.currency),
    text: `The payout is ${payout.state}: it is not on its way yet.`,
    rule: 'payout_not_sent_yet',
    facts: { payoutId: payout.id, state: payout.state },
  };
};

const alreadyCredited: Rule = ({ claimed }, { order }) => {
  const standing = order?.commissions.find(({ state }) => state !== 'reversed');
  if (order?.isCredited !== true || standing === undefined) return undefined;
  const { commissionId, state, amount } = standing;
  return {
    outcome: 'rejected',
    reason: 'already_credited',
    granted: Money.zero(claimed.currency),
    text: `The order is credited to you: see /v1/commissions/${commissionId}.`,
    rule: 'already_credited',
    facts: { orderId: order.orderId, commissionId, state, amount: Money.fromJson(amount).toString() },
  };
};

const recomputedOtherwise: Rule = ({ claimed }, { commission }) => {
  if (commission?.recomputed === undefined) return undefined;
  const [is, comesTo] = [Money.fromJson(commission.amount), Money.fromJson(commission.recomputed)];
  if (comesTo.currency !== claimed.currency || comesTo.compare(is) <= 0) return undefined;
  const granted = comesTo.minus(is).atMost(claimed);
  return {
    outcome: granted.equals(claimed) ? 'upheld' : 'partially_upheld',
    reason: 'recomputed_otherwise',
    granted,
    text: `Computed again from its explanation it comes to ${comesTo.toString()}, and not to ${is.toString()}.`,
    rule: 'recomputed_otherwise',
    facts: { commissionId: commission.commissionId, amount: is.toString(), recomputed: comesTo.toString() },
  };
};

const nothingTakenOff: Rule = ({ claimed }, { commission }) => {
  if (commission === undefined || !Money.fromJson(commission.takenOff).isZero) return undefined;
  return {
    outcome: 'rejected',
    reason: 'nothing_taken_off',
    granted: Money.zero(claimed.currency),
    text: 'Nothing was ever taken off this commission.',
    rule: 'nothing_taken_off',
    facts: { commissionId: commission.commissionId, state: commission.state },
  };
};

const RULES_OF: Readonly<Record<Dispute['kind'], readonly Rule[]>> = {
  missing_conversion: [alreadyCredited],
  wrong_rate: [recomputedOtherwise],
  wrong_attribution: [],
  wrongful_reversal: [nothingTakenOff],
  payout_not_received: [payoutCameBack, payoutNotSent],
};
