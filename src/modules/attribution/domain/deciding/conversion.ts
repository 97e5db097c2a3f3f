import { digest } from '../../../../shared/digest.ts';
import { derivedId } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { ConversionId } from '../../index.ts';
import { couponKeysOf } from '../traffic/coupon.ts';
import { decide } from './decide.ts';
import {
  byTime,
  type Candidate,
  candidateOf,
  type Decision,
  type OrderTouches,
  type Standing,
  UNKNOWN_PROGRAM,
} from './journey.ts';
import type { Policy, Rules } from '../policy/policy.ts';
import type { Touchpoint } from '../traffic/touchpoint.ts';

export interface PlacedOrder extends OrderTouches {
  readonly orderRef: string;
}

/** Everything a decision depended on, kept with it: whoever has this can decide again. */
export interface DecisionInputs {
  readonly order: OrderTouches;
  readonly candidates: readonly Candidate[];
  readonly standings: readonly Standing[];
  readonly policy: Policy;
  /** Whatever else is known, the order names a program that did not exist: it is nobody's until it does. */
  readonly programUnknown?: true | undefined;
}

/** A decision as it was recorded. 1, 2, 3 … for each conversion; the last one counts. */
export interface RecordedDecision extends Decision {
  readonly number: number;
  readonly inputs: DecisionInputs;
  /** Of the inputs: two decisions with one digest are one decision. */
  readonly digest: string;
  readonly decidedAt: Instant;
}

export interface Conversion {
  readonly conversionId: ConversionId;
  readonly order: PlacedOrder;
  readonly decision: RecordedDecision;
}

/** An order has one conversion, whatever becomes of its credit. */
export const conversionIdOf = ({ orderId }: Pick<OrderTouches, 'orderId'>): ConversionId => derivedId('cnv', orderId);

/** What is known when an order is decided. */
export interface Known {
  readonly candidates: readonly Touchpoint[];
  readonly standings: readonly Standing[];
  readonly policy: Policy;
  readonly programUnknown?: true | undefined;
}

/** Decides by what is known now; the number counts on from the decision before. */
export const decided = (
  order: PlacedOrder,
  known: Known,
  before: RecordedDecision | undefined,
  decidedAt: Instant,
): Conversion => {
  const inputs = inputsOf(order, known);
  const decision = {
    ...decideBy(inputs),
    number: (before?.number ?? 0) + 1,
    inputs,
    digest: digest(inputs),
    decidedAt,
  };
  return { conversionId: conversionIdOf(order), order, decision };
};

export const decideBy = ({ order, candidates, standings, policy, programUnknown }: DecisionInputs): Decision => {
  const decision = decide(order, candidates, standings, policy);
  return programUnknown ? { ...decision, outcome: { kind: 'unattributed', reason: UNKNOWN_PROGRAM } } : decision;
};

/** In one order, each once, and without what credit does not depend on: equal knowledge has an equal digest. */
const inputsOf = (order: PlacedOrder, { candidates, standings, policy, programUnknown }: Known): DecisionInputs => {
  const distinct = new Map(candidates.map((touch) => [touch.clickId, candidateOf(touch)]));
  return {
    order: {
      orderId: order.orderId,
      programId: order.programId,
      placedAt: order.placedAt,
      clickId: order.clickId,
      visitorId: order.visitorId,
      ...('rules' in policy && { couponCodes: codesOf(order) }),
    },
    candidates: [...distinct.values()]
      .toSorted(byTime)
      .map((candidate) => ('rules' in policy ? ruledCandidate(candidate, policy.rules) : plainCandidate(candidate))),
    standings: standings.toSorted((a, b) => (a.partnerId < b.partnerId ? -1 : 1)),
    policy,
    ...(programUnknown && { programUnknown }),
  };
};

/** As codes are compared: how a customer typed them decides nothing. */
const codesOf = (order: PlacedOrder): readonly string[] | undefined => {
  const keys = couponKeysOf(order).toSorted();
  return keys.length === 0 ? undefined : keys;
};

const plainCandidate = ({ clickId, programId, partnerId, occurredAt, objection, kind }: Candidate): Candidate => ({
  clickId,
  programId,
  partnerId,
  occurredAt,
  objection,
  // Decisions of before there was another kind keep their digest.
  ...(kind !== 'click' && { kind }),
});

const ruledCandidate = (candidate: Candidate, { standDown }: Rules): Candidate => {
  const { code, claimedAt } = candidate;
  const signals = candidate.signals?.filter((signal) => standDown?.signals.includes(signal)) ?? [];
  return {
    ...plainCandidate(candidate),
    ...(code !== undefined && { code }),
    ...(signals.length > 0 && { signals: signals.toSorted() }),
    ...(claimedAt !== undefined && { claimedAt }),
  };
};
