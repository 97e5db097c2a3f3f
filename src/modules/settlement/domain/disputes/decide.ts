/** How a dispute comes out: by a reviewer, with a second one above the limit, by a rule, or by the contract. */
import { AppError, invalid } from '../../../../shared/errors.ts';
import { derivedId } from '../../../../shared/ids.ts';
import { type Instant, plusDays } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import {
  closing,
  type Dispute,
  type Hand,
  mustBeInTime,
  outstandingOf,
  type Proposal,
  reserveFact,
  type Resolution,
  type Ruling,
  type Turn,
  turn,
} from './dispute.ts';
import { type DisputeAction, moveDispute } from './dispute-life-cycle.ts';
import { DISPUTE_REASONS, type DisputeKind, type DisputeOutcome, paysByAdjustment } from './reasons.ts';

export interface Verdict {
  readonly outcome: DisputeOutcome;
  readonly reason: string;
  /** Of a dispute that is upheld in part. */
  readonly granted?: Money | undefined;
  readonly text: string;
}

/** Whoever decides, without people. */
export const RULES = 'the rules';
export const CONTRACT = 'the contract';

/**
 * A reviewer decides. Above the limit it only proposes. Throws `settlement.illegal_move`, `settlement.dispute_overdue`,
 * `settlement.dispute_four_eyes`, `settlement.dispute_reason`, `settlement.dispute_granted`.
 */
export const reviewed = (
  dispute: Dispute,
  verdict: Verdict,
  { limit, earlier, hand }: { readonly limit: Money; readonly earlier: readonly Resolution[]; readonly hand: Hand },
): Turn => {
  mustBeInTime(dispute, hand.at);
  if (dispute.proposal !== undefined) throw alreadyProposed(dispute);
  // Before anything else: whoever comes second hears what it is by now, not what of the decision would be wrong.
  moveDispute(dispute.state, ACTIONS[verdict.outcome]);
  const ruling = rulingOf(dispute, verdict);
  mustBeAnother(dispute, earlier, hand);
  return ruled(dispute, ruling, limit, hand);
};

/** A rule decides what is plain; a person has to agree above the limit. */
export const ruled = (dispute: Dispute, ruling: Ruling, limit: Money, hand: Hand): Turn =>
  ruling.granted.compare(limit) > 0 ? proposed(dispute, ruling, hand) : settled(dispute, ruling, hand);

/** A second person agrees. Throws `settlement.illegal_move`, `settlement.dispute_overdue`, `settlement.dispute_four_eyes`. */
export const agreed = (dispute: Dispute, earlier: readonly Resolution[], hand: Hand): Turn => {
  mustBeInTime(dispute, hand.at);
  const { proposal } = dispute;
  if (proposal === undefined) throw notProposed(dispute);
  if (proposal.by === hand.by) throw fourEyes(`${hand.by} proposed it; somebody else has to agree`);
  mustBeAnother(dispute, earlier, hand);
  const { by: proposer, at: _, ...ruling } = proposal;
  return settled(dispute, ruling, hand, proposer);
};

/** A second person does not agree. Throws `settlement.illegal_move`, `settlement.dispute_overdue`. */
export const sentBack = (dispute: Dispute, text: string, hand: Hand): Turn => {
  mustBeInTime(dispute, hand.at);
  const state = moveDispute(dispute.state, 'send_back');
  return turn(dispute, { state, proposal: undefined }, hand, { what: 'sent_back', text });
};

/** Time is over: against the partner, if it was the partner who was awaited; otherwise for it. */
export const expired = (dispute: Dispute, at: Instant): Turn => {
  const hand: Hand = { side: 'system', by: CONTRACT, at };
  const { claimed, dueAt = at } = dispute;
  const facts = { dueAt, round: String(dispute.round) };
  if (dispute.state === 'evidence_requested') {
    const text = `Evidence was asked for, and none had come by ${dueAt}.`;
    const granted = Money.zero(claimed.currency);
    const ruling: Ruling = {
      outcome: 'rejected',
      reason: 'evidence_not_given',
      granted,
      text,
      rule: 'partner_late',
      facts,
    };
    return settled(dispute, ruling, hand);
  }
  const text = `It had not been decided by ${dueAt}, and so comes out as claimed.`;
  const granted = wholeOf(dispute);
  return settled(
    dispute,
    { outcome: 'upheld', reason: 'deadline_passed', granted, text, rule: 'we_are_late', facts },
    hand,
  );
};

/** Commission has made the adjustment; what was reserved for the dispute is free. */
export const adjusted = (dispute: Dispute, resolution: Resolution, at: Instant): Turn => {
  const { reserved } = dispute;
  return turn(
    dispute,
    { reserved: reserved.minus(reserved) },
    { side: 'system', by: CONTRACT, at },
    {
      what: 'adjusted',
      resolution: { ...resolution, adjustedAt: at },
      facts: [reserveFact(dispute, 'dispute_close', reserved, at)],
    },
  );
};

const wholeOf = (dispute: Dispute): Money =>
  paysByAdjustment(dispute.kind) ? outstandingOf(dispute) : Money.zero(dispute.claimed.currency);

const ACTIONS = {
  upheld: 'uphold',
  partially_upheld: 'uphold_partly',
  rejected: 'reject',
} as const satisfies Record<DisputeOutcome, DisputeAction>;

const proposed = (dispute: Dispute, ruling: Ruling, hand: Hand): Turn => {
  const proposal: Proposal = { ...ruling, by: hand.by, at: hand.at };
  const state = moveDispute(dispute.state, 'propose');
  return turn(dispute, { state, proposal }, hand, { what: 'proposed', text: ruling.text });
};

const settled = (dispute: Dispute, ruling: Ruling, hand: Hand, proposer?: string): Turn => {
  const { id, round, reserved, terms } = dispute;
  const action = ruling.rule === 'partner_late' ? 'lapse' : ACTIONS[ruling.outcome];
  const isPaid = !ruling.granted.isZero;
  const adjustmentId = isPaid ? derivedId('adj', id, String(round)) : undefined;
  const who = proposer === undefined ? { by: hand.by } : { by: proposer, approvedBy: hand.by };
  const resolution: Resolution = { ...ruling, ...who, disputeId: id, round, at: hand.at, adjustmentId };
  const changes: Partial<Dispute> = {
    ...closing(hand.at),
    state: moveDispute(dispute.state, action),
    granted: dispute.granted.plus(ruling.granted),
    reserved: isPaid ? reserved : reserved.minus(reserved),
    appealUntil: round === 1 ? plusDays(hand.at, terms.appealDays) : undefined,
  };
  return turn(dispute, changes, hand, {
    what: ruling.outcome,
    text: ruling.text,
    resolution,
    facts: isPaid ? [] : [reserveFact(dispute, 'dispute_close', reserved, hand.at)],
    news: 'resolved',
  });
};

const rulingOf = (dispute: Dispute, { outcome, reason, granted, text }: Verdict): Ruling => {
  mustBeReason(dispute.kind, outcome, reason);
  return { outcome, reason, text, granted: grantedBy(dispute, outcome, granted) };
};

const mustBeReason = (kind: DisputeKind, outcome: DisputeOutcome, code: string): void => {
  const found = DISPUTE_REASONS.find((each) => each.code === code);
  const favours = outcome === 'rejected' ? 'program' : 'partner';
  if (found?.favours === favours && found.automatic !== true && (found.kinds?.includes(kind) ?? true)) return;
  const choice = DISPUTE_REASONS.filter(
    (each) => each.favours === favours && each.automatic !== true && (each.kinds?.includes(kind) ?? true),
  );
  const detail = `is none for ${outcome} of ${kind}; possible: ${choice.map((each) => each.code).join(', ')}`;
  throw invalid('settlement.dispute_reason', `reason ${detail}`, [
    { pointer: '/reason', code: 'settlement.dispute_reason', detail },
  ]);
};

const grantedBy = (dispute: Dispute, outcome: DisputeOutcome, granted: Money | undefined): Money => {
  const outstanding = outstandingOf(dispute);
  if (outcome !== 'partially_upheld') {
    if (granted !== undefined) throw badGrant('/granted', 'is only for what is upheld in part');
    return outcome === 'upheld' ? wholeOf(dispute) : Money.zero(outstanding.currency);
  }
  if (!paysByAdjustment(dispute.kind)) throw badGrant('/outcome', 'is not for payouts: they arrive, or they do not');
  if (granted === undefined) throw badGrant('/granted', 'is needed: how much of it');
  if (granted.currency !== outstanding.currency) throw badGrant('/granted/currency', `must be ${outstanding.currency}`);
  if (granted.minor <= 0n || granted.compare(outstanding) >= 0)
    throw badGrant('/granted/minor', `must be more than 0 and less than ${outstanding.minor}, which is claimed`);
  return granted;
};

const badGrant = (pointer: string, detail: string): AppError =>
  invalid('settlement.dispute_granted', `${pointer.slice(1)} ${detail}`, [
    { pointer, code: 'settlement.dispute_granted', detail },
  ]);

/** Not who opened it, nor who decided it before. */
const mustBeAnother = ({ openedBy }: Dispute, earlier: readonly Resolution[], { by }: Hand): void => {
  if (by === openedBy) throw fourEyes(`${by} opened it; somebody else has to decide it`);
  if (earlier.some((each) => each.by === by || each.approvedBy === by))
    throw fourEyes(`${by} decided it before; somebody else has to decide the appeal`);
};

const fourEyes = (detail: string): AppError => new AppError('forbidden', 'settlement.dispute_four_eyes', detail);

const alreadyProposed = ({ id, state }: Dispute): AppError =>
  new AppError('conflict', 'settlement.illegal_move', `${id} is ${state}; approve what is proposed, or send it back`);

const notProposed = ({ id, state }: Dispute): AppError =>
  new AppError('conflict', 'settlement.illegal_move', `nobody proposed anything for ${id}; it is ${state}`);
