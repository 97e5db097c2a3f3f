import { unreachable } from '../../../../shared/errors.ts';
import { type Announcement, published } from '../../../../shared/outbox.ts';
import type { PayoutStep } from '../../domain/reconciliation/movements.ts';
import { PayoutFailedV1, PayoutReturnedV1, PayoutSettledV1, PayoutUnconfirmedV1 } from '../../events.ts';
import type { PayoutId } from '../../index.ts';
import { aboutPayout, sharesTold } from '../payouts/about-payout.ts';
import type { ShareOfPayout } from '../../ports/settlement-stores.ts';

/** What the world hears of a step. What was taken for a return and was none is settled, as it was said before. */
export const told = ({ payout, action, at }: PayoutStep, shares: readonly ShareOfPayout[]): Announcement => {
  const { id: payoutId } = payout;
  const about = aboutPayout(payout);
  const when = { aggregate: payoutId satisfies PayoutId, occurredAt: at };
  const reason = payout.reason ?? '';
  const split = sharesTold(payout, shares);
  switch (action) {
    case 'settle':
    case 'unreturn':
      return published(PayoutSettledV1, when, { ...about, ...split, settledAt: at });
    case 'reject':
      return published(PayoutFailedV1, when, { ...about, reason, failedAt: at });
    case 'return':
      return published(PayoutReturnedV1, when, { ...about, ...split, reason, returnedAt: at });
    case 'bounce':
      return published(PayoutUnconfirmedV1, when, { ...about, ...split, unconfirmedAt: at });
    default:
      return unreachable(action);
  }
};
