import { netOf } from '../../domain/payouts/leaving.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import type { ShareOfPayout } from '../../ports/settlement-stores.ts';

/** What every event says of its payout: all of it, and what of that was withheld or is paid in another currency. */
export const aboutPayout = (payout: Payout) => {
  const { id: payoutId, batchId, programId, partnerId, amount, withholding, exchange } = payout;
  return {
    ...{ payoutId, batchId, programId, partnerId },
    amount: amount.toJSON(),
    ...(withholding !== undefined && {
      withheld: amount.minus(netOf(payout)).toJSON(),
      net: netOf(payout).toJSON(),
    }),
    ...(exchange !== undefined && { leaves: exchange.counter.toJSON() }),
  };
};

/** What it is made of: what it brings, less what it keeps of earlier payments, and bonuses. */
export const sharesTold = ({ amount: { currency } }: Payout, shares: readonly ShareOfPayout[]) => {
  const money = (minor: bigint) => ({ minor: minor.toString(), currency });
  const ofCommissions = (sign: 1n | -1n) =>
    shares.flatMap(({ commissionId, minor }) =>
      commissionId === undefined || minor * sign <= 0n ? [] : [{ commissionId, amount: money(minor * sign) }],
    );
  return {
    allocations: ofCommissions(1n),
    recovered: ofCommissions(-1n),
    adjustments: shares.flatMap(({ adjustmentId, minor }) =>
      adjustmentId === undefined ? [] : [{ adjustmentId, amount: money(minor) }],
    ),
  };
};
