/**
 * How credit was decided before policies had rules: the last touch within one window. Nothing is decided for the first
 * time by this any more; what was, is decided again by it, word for word.
 */
import type { Id } from '../../../../shared/ids.ts';
import { plusDays } from '../../../../shared/instant.ts';
import {
  byTime,
  type Candidate,
  type Considered,
  type Decision,
  type Fate,
  type OrderTouches,
  type Outcome,
  type Standing,
  whyNobody,
} from './journey.ts';
import type { PlainPolicy } from '../policy/policy.ts';

type Eligible = Candidate & { readonly partnerId: Id<'par'> };

export const decidePlainly = (
  order: OrderTouches,
  candidates: readonly Candidate[],
  standings: readonly Standing[],
  policy: PlainPolicy,
): Decision => {
  const enrolled = new Set(standings.filter(({ state }) => state === 'approved').map(({ partnerId }) => partnerId));
  const sorted = candidates.toSorted(byTime);
  const judged = sorted.map((touch) => ({ touch, lost: whyLost(touch, order, enrolled, policy) }));
  const eligible = judged.filter(({ lost }) => lost === undefined).map(({ touch }) => touch);
  const winner = models[policy.model](eligible.filter(isOfPartner));
  const considered = judged.map(({ touch: { clickId, partnerId, occurredAt, kind }, lost }): Considered => {
    const fate = lost ?? (clickId === winner?.clickId ? 'won' : 'earlier_touch');
    return { clickId, partnerId, occurredAt, ...(kind !== 'click' && { kind }), fate };
  });
  return {
    outcome: winner ? credited(winner) : { kind: 'unattributed', reason: whyNobody(order, considered) },
    considered,
  };
};

const whyLost = (
  { objection, programId, partnerId, occurredAt }: Candidate,
  order: OrderTouches,
  enrolled: ReadonlySet<Id<'par'>>,
  { windowDays }: PlainPolicy,
): Fate | undefined => {
  if (objection !== undefined) return objection;
  if (programId !== order.programId) return 'other_program';
  if (occurredAt > order.placedAt) return 'after_order';
  if (occurredAt <= plusDays(order.placedAt, -windowDays)) return 'outside_window';
  return partnerId !== undefined && enrolled.has(partnerId) ? undefined : 'not_enrolled';
};

const isOfPartner = (touch: Candidate): touch is Eligible => touch.partnerId !== undefined;

/** A model that is not in here stops the decision; it never becomes another one. */
const models: Readonly<Record<PlainPolicy['model'], (eligible: readonly Eligible[]) => Eligible | undefined>> = {
  last_touch: (eligible) => eligible.at(-1),
};

const credited = ({ partnerId, clickId, occurredAt }: Eligible): Outcome => ({
  kind: 'attributed',
  partnerId,
  clickId,
  touchedAt: occurredAt,
});
