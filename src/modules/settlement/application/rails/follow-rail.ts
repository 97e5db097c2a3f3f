import { type Announcement, published } from '../../../../shared/outbox.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import { type Heard, type RailStep, stepsOf } from '../../domain/rails/progress.ts';
import { PayoutFailedV1, PayoutReturnedV1, PayoutSettledV1 } from '../../events.ts';
import type { SettlementStores, ShareOfPayout } from '../../ports/settlement-stores.ts';
import { book } from '../books/book-commissions.ts';
import { refuseMethods } from '../payouts/refuse-methods.ts';
import { aboutPayout, sharesTold } from '../payouts/about-payout.ts';

/** A payout follows what its rail says of it: its state, the books and the world together. Answers how it is then. */
export const followRail = async (stores: SettlementStores, payout: Payout, heard: Heard): Promise<Payout> => {
  const steps = stepsOf(payout, heard);
  const last = steps.at(-1);
  if (last === undefined) return payout;
  await stores.payouts.save([last.payout]);
  await refuseMethods(stores, [last.payout]);
  await book(
    stores,
    steps.flatMap(({ facts }) => facts),
  );
  const shares = (await stores.payouts.allocations([payout.id])).get(payout.id) ?? [];
  stores.outbox.publish(...steps.flatMap((step) => told(step, shares)));
  return last.payout;
};

/**
 * Each thing once: money that bounced and arrives after all was told of already, and what never arrived has failed,
 * wherever it turned round.
 */
const told = ({ action, payout, at }: RailStep, shares: readonly ShareOfPayout[]): readonly Announcement[] => {
  const { id: payoutId, reason = '' } = payout;
  const about = aboutPayout(payout);
  const when = { aggregate: payoutId, occurredAt: at };
  switch (action) {
    case 'settle':
      if (payout.bounces > 0) return [];
      return [published(PayoutSettledV1, when, { ...about, ...sharesTold(payout, shares), settledAt: at })];
    case 'return':
    case 'reject':
    case 'cancel':
      return payout.settledAt === undefined
        ? [published(PayoutFailedV1, when, { ...about, reason, failedAt: at })]
        : [published(PayoutReturnedV1, when, { ...about, ...sharesTold(payout, shares), reason, returnedAt: at })];
    default:
      return [];
  }
};
