import { digest } from '../../../shared/digest.ts';
import { derivedId } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { ConversionId } from '../index.ts';
import { byTime, type Candidate, decide, type Decision, type OrderTouches, type Standing } from './decide.ts';
import type { Policy } from './policy.ts';

export interface PlacedOrder extends OrderTouches {
  readonly orderRef: string;
}

/** Everything a decision depended on, kept with it: whoever has this can decide again. */
export interface DecisionInputs {
  readonly order: OrderTouches;
  readonly candidates: readonly Candidate[];
  readonly standings: readonly Standing[];
  readonly policy: Policy;
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
export const conversionIdOf = ({ orderId }: OrderTouches): ConversionId => derivedId('cnv', orderId);

/** Decides by what is known now; the number counts on from the decision before. */
export const decided = (
  order: PlacedOrder,
  known: Omit<DecisionInputs, 'order'>,
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

export const decideBy = ({ order, candidates, standings, policy }: DecisionInputs): Decision =>
  decide(order, candidates, standings, policy);

/** In one order and without what credit does not depend on, so that equal knowledge has an equal digest. */
const inputsOf = (
  order: PlacedOrder,
  { candidates, standings, policy }: Omit<DecisionInputs, 'order'>,
): DecisionInputs => ({
  order: {
    orderId: order.orderId,
    programId: order.programId,
    placedAt: order.placedAt,
    clickId: order.clickId,
    visitorId: order.visitorId,
  },
  candidates: candidates.toSorted(byTime).map(({ clickId, programId, partnerId, occurredAt, objection, kind }) => ({
    clickId,
    programId,
    partnerId,
    occurredAt,
    objection,
    // Decisions of before there was another kind keep their digest.
    ...(kind !== 'click' && { kind }),
  })),
  standings: standings.toSorted((a, b) => (a.partnerId < b.partnerId ? -1 : 1)),
  policy,
});
