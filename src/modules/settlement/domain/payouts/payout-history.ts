import type { Instant } from '../../../../shared/instant.ts';
import type { PayoutState } from './payout-life-cycle.ts';
import type { Payout } from './payout.ts';

/** A moment of a payout's life. */
export interface PayoutMoment {
  readonly state: PayoutState | 'held_back';
  readonly at: Instant;
  readonly reason?: string | undefined;
}

/** What became of a payout, earliest first, as far as moments are kept: of steps on the way only the last is, in its state. */
export const historyOf = (payout: Payout, approvedAt: Instant | undefined): readonly PayoutMoment[] => {
  const { state, createdAt, heldBack, submittedAt, settledAt, endedAt, reason } = payout;
  const wasApproved = approvedAt !== undefined && (endedAt === undefined || endedAt >= approvedAt);
  const moments: readonly (PayoutMoment | undefined)[] = [
    { state: 'draft', at: createdAt },
    wasApproved ? { state: 'approved', at: approvedAt } : undefined,
    heldBack && { state: 'held_back', at: heldBack.at, reason: heldBack.because },
    submittedAt && { state: 'submitted', at: submittedAt },
    settledAt && { state: 'settled', at: settledAt },
    endedAt && { state, at: endedAt, ...(reason !== undefined && { reason }) },
  ];
  return moments.filter((moment) => moment !== undefined);
};
