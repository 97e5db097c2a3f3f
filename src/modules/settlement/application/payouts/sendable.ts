import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { blocksOfPayee, shortOf } from '../../domain/payouts/blocks.ts';
import { mustNotBeFrozen } from '../../domain/payouts/freeze.ts';
import { movePayout } from '../../domain/payouts/payout-life-cycle.ts';
import { policyOf } from '../../domain/payouts/payout-policy.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import type { SettlementStores } from '../../ports/settlement-stores.ts';
import { heldBooks } from '../statements/close-period.ts';
import { type AskedOfPartners, circumstancesOf } from './circumstances.ts';

/**
 * What becomes of approved payouts when they are to be sent: submitted; or cancelled with the reason, where something
 * has come between, and the balance waits for the next close. Nobody else books until the transaction ends, so what is
 * sent is covered. Throws `settlement.payouts_frozen`.
 */
export const sentOrHeld = async (
  stores: SettlementStores,
  payouts: readonly Payout[],
  asked: AskedOfPartners,
  now: Instant,
): Promise<readonly Payout[]> => {
  const [first] = payouts;
  if (first === undefined) return [];
  const { programId } = first;
  const partnerIds = payouts.map(({ partnerId }) => partnerId);
  mustNotBeFrozen(await stores.control.guards.freezes(programId));
  await heldBooks(stores, programId);
  const policies = await stores.control.policies.book(programId, partnerIds);
  const circumstances = await circumstancesOf(stores.control, programId, partnerIds, asked);
  const available = await stores.control.securities.available(programId, partnerIds);
  return payouts.map((payout) => {
    const { partnerId, amount } = payout;
    if (payout.state === 'cancelled') return payout;
    const known = circumstances.get(partnerId) ?? missing(partnerId);
    const [block] = [
      ...blocksOfPayee(known, policyOf(policies, partnerId, 0n), { now }),
      ...shortOf(available.get(partnerId) ?? 0n, amount),
    ];
    return block === undefined
      ? {
          ...payout,
          state: movePayout(payout.state, 'submit'),
          submittedAt: now,
          profileVersion: asked.profiles.get(partnerId)?.version,
        }
      : { ...payout, state: movePayout(payout.state, 'cancel'), reason: block.code, endedAt: now };
  });
};

const missing = (partnerId: Id<'par'>): never => {
  throw new Error(`${partnerId} was not asked about`);
};
