/** What the two sides say to each other while a dispute is open, and how its clock goes on. */
import { AppError } from '../../../../shared/errors.ts';
import { msBetween, plusDays, plusMs } from '../../../../shared/instant.ts';
import {
  closing,
  type Dispute,
  type Hand,
  mustBeInTime,
  outstandingOf,
  reserveFact,
  type Turn,
  turn,
} from './dispute.ts';
import { isOpen, moveDispute } from './dispute-life-cycle.ts';

/** So that nobody stops the clock for ever. */
export const MAX_REQUESTS = 3;

/** Of each side; so a history never ends before a decision, and time decides nothing because somebody talked too much. */
export const MAX_EVIDENCE = 20;

/** Somebody of ours takes it up. Throws `settlement.illegal_move`, `settlement.dispute_overdue`. */
export const takenUp = (dispute: Dispute, hand: Hand): Turn => {
  mustBeInTime(dispute, hand.at);
  return turn(dispute, { state: moveDispute(dispute.state, 'review') }, hand, { what: 'taken_up' });
};

/**
 * From now on the partner is awaited, and our time stands still. Throws `settlement.illegal_move`,
 * `settlement.dispute_overdue`, `settlement.dispute_asked_enough`.
 */
export const evidenceRequested = (dispute: Dispute, text: string, hand: Hand): Turn => {
  mustBeInTime(dispute, hand.at);
  const state = moveDispute(dispute.state, 'request_evidence');
  if (dispute.requests >= MAX_REQUESTS)
    throw new AppError(
      'refused',
      'settlement.dispute_asked_enough',
      `evidence was asked for ${MAX_REQUESTS} times already; decide ${dispute.id} by what there is`,
    );
  const changes: Partial<Dispute> = {
    state,
    requests: dispute.requests + 1,
    leftMs: msBetween(hand.at, dispute.dueAt ?? hand.at),
    dueAt: plusDays(hand.at, dispute.terms.evidenceDays),
  };
  return turn(dispute, changes, hand, { what: 'evidence_requested', text, news: 'evidence_requested' });
};

/**
 * Either side may add to it while it is open, and has `given` so many pieces before; what the partner was asked for is
 * always taken, and sets our clock going again. Throws `settlement.dispute_closed`, `settlement.dispute_overdue`,
 * `settlement.dispute_evidence_enough`.
 */
export const evidenceGiven = (dispute: Dispute, text: string, hand: Hand, given: number): Turn => {
  if (!isOpen(dispute.state)) {
    throw new AppError(
      'conflict',
      'settlement.dispute_closed',
      `${dispute.id} is ${dispute.state}; nothing can be added`,
    );
  }
  mustBeInTime(dispute, hand.at);
  const isAnswer = dispute.state === 'evidence_requested' && hand.side === 'partner';
  if (given >= MAX_EVIDENCE && !isAnswer)
    throw new AppError(
      'refused',
      'settlement.dispute_evidence_enough',
      `you have added ${MAX_EVIDENCE} pieces to ${dispute.id} already; what you are asked for is still taken`,
    );
  const goesOn: Partial<Dispute> = isAnswer
    ? {
        state: moveDispute(dispute.state, 'give_evidence'),
        dueAt: plusMs(hand.at, dispute.leftMs ?? 0),
        leftMs: undefined,
      }
    : {};
  return turn(dispute, goesOn, hand, { what: 'evidence_given', text });
};

/** The partner claims it no longer. Throws `settlement.illegal_move`, `settlement.dispute_overdue`. */
export const withdrawn = (dispute: Dispute, hand: Hand): Turn => {
  mustBeInTime(dispute, hand.at);
  const state = moveDispute(dispute.state, 'withdraw');
  const { reserved } = dispute;
  return turn(dispute, { ...closing(hand.at), state, reserved: reserved.minus(reserved) }, hand, {
    what: 'withdrawn',
    facts: [reserveFact(dispute, 'dispute_close', reserved, hand.at)],
    news: 'resolved',
  });
};

/**
 * Once, and in time; then what is still claimed is reserved again. Throws `settlement.illegal_move`,
 * `settlement.dispute_appealed_once`, `settlement.dispute_appeal_late`, `settlement.dispute_nothing_left`,
 * `settlement.dispute_being_paid`.
 */
export const appealed = (dispute: Dispute, text: string, hand: Hand): Turn => {
  const state = moveDispute(dispute.state, 'appeal');
  mustBeAppealable(dispute, hand);
  const outstanding = outstandingOf(dispute);
  const again: Partial<Dispute> = {
    state,
    round: dispute.round + 1,
    requests: 0,
    reserved: outstanding,
    dueAt: plusDays(hand.at, dispute.terms.reviewDays),
    appealUntil: undefined,
    closedAt: undefined,
  };
  const facts = [reserveFact({ ...dispute, ...again }, 'dispute_open', outstanding, hand.at)];
  return turn(dispute, again, hand, { what: 'appealed', text, facts, news: 'appealed' });
};

const mustBeAppealable = (dispute: Dispute, { at }: Hand): void => {
  const { id, round, appealUntil, reserved } = dispute;
  if (round > 1)
    throw new AppError('conflict', 'settlement.dispute_appealed_once', `${id} was appealed already; it is final`);
  if (appealUntil === undefined || at >= appealUntil)
    throw new AppError(
      'refused',
      'settlement.dispute_appeal_late',
      `${id} could be appealed until ${appealUntil ?? at}`,
    );
  if (!reserved.isZero)
    throw new AppError('unavailable', 'settlement.dispute_being_paid', `${id} is being paid; try again shortly`, {
      retryAfterSeconds: 1,
    });
  if (outstandingOf(dispute).isZero)
    throw new AppError('refused', 'settlement.dispute_nothing_left', `all that ${id} claims was granted`);
};
