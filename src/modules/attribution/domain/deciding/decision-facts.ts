import type { DecisionFacts } from '../../index.ts';
import { partsOf } from './credit.ts';
import type { Decision } from './journey.ts';

/** A decision as others are told of it. */
export const decisionFacts = ({ outcome, considered }: Decision): DecisionFacts => ({
  partners: partsOf(outcome).map(({ partnerId, share }) => ({ partnerId, share })),
  reason: outcome.kind === 'unattributed' ? outcome.reason : null,
  touches: considered.map(({ clickId, partnerId, kind = 'click', occurredAt, fate, share }) => ({
    touchId: clickId,
    partnerId: partnerId ?? null,
    kind,
    occurredAt,
    fate,
    share: share ?? null,
  })),
});
