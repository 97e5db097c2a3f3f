import { grouped } from '../../../../shared/grouped.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { claimTouch } from '../../domain/deciding/claim.ts';
import type { PlacedOrder } from '../../domain/deciding/conversion.ts';
import { exclusiveUses } from '../../domain/policy/exclusive-codes.ts';
import { candidateOf } from '../../domain/deciding/journey.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { counts } from '../../domain/policy/ruling.ts';
import type { Touchpoint } from '../../domain/traffic/touchpoint.ts';
import type { Claims, Touchpoints } from '../../ports/attribution-stores.ts';

/** An order, and the policy that it is decided by. */
export interface Ruled {
  readonly order: PlacedOrder;
  readonly policy: Policy;
}

export interface Gathered {
  /** All that the order may be credited by. */
  readonly touches: readonly Touchpoint[];
  /** Those of them that follow from policy and claims, and may not be kept yet. */
  readonly made: readonly Touchpoint[];
}

/** What orders are decided by: the touches that are found, the exclusive codes they were placed with, confirmed claims. */
export const gatherTouches = async (
  {
    touchpoints,
    claims,
  }: { readonly touchpoints: Pick<Touchpoints, 'candidates'>; readonly claims: Pick<Claims, 'confirmed'> },
  questions: readonly Ruled[],
  now: Instant,
): Promise<ReadonlyMap<Id<'ord'>, Gathered>> => {
  const sought = questions.map(({ order, policy }) => ({ ...order, impressions: counts(policy, 'impression') }));
  const found = await touchpoints.candidates(sought);
  const confirmed = await claims.confirmed(questions.map(({ order }) => order.orderId));
  const claimsOf = grouped(confirmed, ({ orderId }) => orderId);
  return new Map(
    questions.map(({ order, policy }) => {
      const known = found.get(order.orderId) ?? [];
      const made = [
        ...exclusiveUses(order, policy, known.map(candidateOf), now),
        ...(claimsOf.get(order.orderId) ?? []).map((claim) => claimTouch(claim, order)),
      ];
      return [order.orderId, { touches: [...known, ...made], made }];
    }),
  );
};
