import type { Instant } from '../../../shared/instant.ts';
import type { Money } from '../../../shared/money.ts';
import { type AdjustmentId, byTerms } from '../domain/adjustment.ts';
import type { Commission } from '../domain/commission.ts';
import type { Explanation } from '../domain/explanation.ts';
import { isOpen } from '../domain/life-cycle.ts';
import { recruitTarget } from '../domain/recruits.ts';
import { squared } from '../domain/size.ts';
import { at, type ChangeReason, type Way, went } from '../domain/step.ts';
import type { CommissionId } from '../index.ts';
import type { CommissionStores } from '../ports/commissions.ts';
import { keep } from './keep.ts';

/** What the terms add to a locked commission, or take off: what other orders of its period have changed, for instance. */
export interface TermsEntry {
  /** Derived from what it is for: the same entry has the same id, and counts once. */
  readonly id: AdjustmentId;
  readonly commissionId: CommissionId;
  readonly amount: Money;
  readonly reason: ChangeReason;
  readonly at: Instant;
  readonly explanation: Explanation;
}

/** Makes the entries that are not made yet. What follows a commission follows it here too. */
export const adjust = async (stores: CommissionStores, entries: readonly TermsEntry[], now: Instant): Promise<void> => {
  const { commissions, adjustments } = stores;
  const made = new Set((await adjustments.ofIds(entries.map(({ id }) => id))).map(({ id }) => id));
  const fresh = entries.filter(({ id, amount }) => !made.has(id) && !amount.isZero);
  if (fresh.length === 0) return;
  const orders = (await commissions.ofIds(fresh.map(({ commissionId }) => commissionId))).map(({ orderId }) => orderId);
  const all = await commissions.ofOrders([...new Set(orders)]);
  const ways = new Map<CommissionId, Way>(all.map((commission) => [commission.id, at(commission)]));
  for (const entry of fresh) ways.set(entry.commissionId, entered(ways.get(entry.commissionId), entry));
  await adjustments.add(
    fresh.flatMap(({ commissionId, at: when, ...entry }) => {
      const commission = ways.get(commissionId)?.commission;
      return commission === undefined ? [] : [byTerms(commission, entry, when)];
    }),
  );
  const changed = [...ways.values(), ...following(ways)].filter(({ steps }) => steps.length > 0);
  const steps = changed.flatMap((way) => way.steps);
  await keep(stores, { commissions: changed.map(({ commission }) => commission), steps }, now);
};

const entered = (way: Way | undefined, { id, commissionId, amount, reason, at: when }: TermsEntry): Way => {
  if (way === undefined || isOpen(way.commission.state))
    throw new Error(`${commissionId} is not locked: reckoning it makes it larger or smaller, no entry does`);
  const adjusted = way.commission.adjusted.plus(amount);
  const commission: Commission = { ...way.commission, adjusted };
  return went(way, { kind: 'topped_up', at: when, by: amount, reason, adjustmentId: id, commission });
};

const following = (ways: ReadonlyMap<CommissionId, Way>): readonly Way[] =>
  [...ways.values()].flatMap((way) => {
    const { recruit, state } = way.commission;
    const parent = recruit && ways.get(recruit.parentId);
    const last = parent?.steps.at(-1);
    if (recruit === undefined || parent === undefined || last === undefined || isOpen(state)) return [];
    return [squared(way, recruitTarget(parent.commission, recruit), { reason: 'period_changed', at: last.at })];
  });
