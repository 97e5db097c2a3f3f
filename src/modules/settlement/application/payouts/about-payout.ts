import { netOf } from '../../domain/payouts/leaving.ts';
import type { Payout } from '../../domain/payouts/payout.ts';

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
