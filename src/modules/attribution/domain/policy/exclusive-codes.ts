import { derivedId } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { couponKeysOf, type CouponUse, MAX_CODE } from '../traffic/coupon.ts';
import type { Candidate } from '../deciding/journey.ts';
import { isDuring, matches, type Policy } from './policy.ts';
import { rulingOf } from './ruling.ts';
import type { Touchpoint } from '../traffic/touchpoint.ts';

/**
 * The uses of codes that a policy says are one partner's alone, where no coupon says the same: the policy may mean a
 * thousand codes by one word. Each is a coupon's use, and nobody's click.
 */
export const exclusiveUses = (
  order: CouponUse,
  policy: Policy,
  known: readonly Candidate[],
  recordedAt: Instant,
): readonly Touchpoint[] => {
  const exclusive = 'rules' in policy ? rulingOf(policy.rules).exclusive : [];
  if (exclusive.length === 0) return [];
  const { orderId, programId, placedAt } = order;
  const owned = new Set(known.map(({ code, partnerId }) => `${partnerId}/${code}`));
  const keys = couponKeysOf(order).filter((key) => key.length > 0 && key.length <= MAX_CODE);
  const uses = keys.flatMap((key) =>
    exclusive
      .filter((each) => matches(each, key) && isDuring(each, placedAt))
      .map(({ partnerId }) => ({ key, partnerId }))
      .filter(({ partnerId }) => !owned.has(`${partnerId}/${key}`)),
  );
  const touches = uses.map(({ key, partnerId }): Touchpoint => ({
    clickId: derivedId('clk', 'exclusive', orderId, placedAt, key, partnerId),
    kind: 'coupon',
    programId,
    partnerId,
    linkCode: key,
    occurredAt: placedAt,
    recordedAt,
    live: false,
    consent: 'unknown',
    signals: [],
  }));
  return [...new Map(touches.map((touch) => [touch.clickId, touch])).values()];
};
