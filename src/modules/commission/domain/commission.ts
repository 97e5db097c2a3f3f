import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import { moved } from '../../../shared/lifecycle.ts';
import type { Money } from '../../../shared/money.ts';
import type { CommissionId, TermsId } from '../index.ts';
import { type CommissionAction, type CommissionState, lifecycle } from './life-cycle.ts';

/** Why a commission ended, or shrank. */
export type EndReason =
  | 'order_cancelled'
  | 'order_returned'
  | 'lines_returned'
  | 'order_charged_back'
  | 'fraud_rejected'
  | 'attribution_changed';

export interface Commission {
  readonly id: CommissionId;
  readonly orderId: Id<'ord'>;
  readonly orderRef: string;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly conversionId: Id<'cnv'>;
  /** 1 for the first a partner has of an order; a credit that was lost and won back starts another. */
  readonly generation: number;
  readonly state: CommissionState;
  /** Where a held one goes on when it is released. */
  readonly heldFrom?: 'estimated' | 'pending' | 'vesting' | 'vested' | undefined;
  readonly holdReasons: readonly string[];
  readonly amount: Money;
  /** How much of it has vested. */
  readonly vested: Money;
  /** How much was taken back after it locked. */
  readonly clawedBack: Money;
  /** How much of it settled payouts have brought. */
  readonly paid: Money;
  readonly termsId: TermsId;
  readonly termsVersion: number;
  readonly accruedAt: Instant;
  readonly vestedAt?: Instant | undefined;
  /** End of the return window; it may lock from then on. */
  readonly locksAt?: Instant | undefined;
  readonly lockedAt?: Instant | undefined;
  readonly settledAt?: Instant | undefined;
  readonly paidAt?: Instant | undefined;
  readonly endedAt?: Instant | undefined;
  readonly endReason?: EndReason | undefined;
  /** What fraud said of this partner's credit; without a word, it never locks. */
  readonly allowed: boolean;
}

/** The commission in the state the action leads to. Throws `commission.illegal_move`. */
export const move = (commission: Commission, action: CommissionAction): Commission => ({
  ...commission,
  state: moved('commission', lifecycle, commission.state, action),
});
