import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { moved } from '../../../../shared/lifecycle.ts';
import type { Money } from '../../../../shared/money.ts';
import type { CommissionId, TermsId } from '../../index.ts';
import type { Hold } from './holds.ts';
import { type CommissionAction, type CommissionState, lifecycle } from './life-cycle.ts';

/** Why a commission ended, or shrank. */
export type EndReason =
  | 'order_cancelled'
  | 'order_returned'
  | 'lines_returned'
  | 'order_charged_back'
  | 'fraud_rejected'
  | 'attribution_changed'
  | 'review_ended';

/** Somebody recruited the partner who earns the parent, and has a percentage of what that comes to. */
export interface RecruitOf {
  readonly parentId: CommissionId;
  /** 2: recruited the recruiter. */
  readonly level: 1 | 2;
  /** Decimal text: `5` is 5 %. */
  readonly percent: string;
}

/** Where the terms do not say it. */
export const REVIEW_AFTER_DAYS = 730;

export interface Commission {
  readonly id: CommissionId;
  readonly orderId: Id<'ord'>;
  readonly orderRef: string;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly conversionId: Id<'cnv'>;
  /** 1 for the first a partner has of an order; a credit that was lost and won back starts another. */
  readonly generation: number;
  /** Absent: of the order itself. */
  readonly recruit?: RecruitOf | undefined;
  /** Of the order's credit, as a fraction. */
  readonly share: string;
  readonly state: CommissionState;
  /** Where a held one goes on when it is released. */
  readonly heldFrom?: 'estimated' | 'pending' | 'vesting' | 'vested' | undefined;
  readonly holdReasons: readonly string[];
  /** All there were, until it locked. */
  readonly holds: readonly Hold[];
  readonly amount: Money;
  /** How much of it has vested. */
  readonly vested: Money;
  /** How much was taken back after it locked. */
  readonly clawedBack: Money;
  /** How much the terms added to it, or took off, after it locked; not what people did. */
  readonly adjusted: Money;
  /** How much of it settled payouts have brought. */
  readonly paid: Money;
  readonly termsId: TermsId;
  readonly termsVersion: number;
  /** What its explanation rests on. Absent: nobody has noted it. */
  readonly grounds?: string | undefined;
  readonly accruedAt: Instant;
  readonly reviewAfterDays: number;
  /** Somebody looked at it, and let it go on. */
  readonly reviewedAt?: Instant | undefined;
  /** If it has not vested by then, somebody has to look at it. */
  readonly reviewAt: Instant;
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
  /** Its window was over, and somebody had not accepted the terms yet: it is not looked at again before that. */
  readonly awaitsAcceptance?: true | undefined;
}

/** The commission in the state the action leads to. Throws `commission.illegal_move`. */
export const move = (commission: Commission, action: CommissionAction): Commission => ({
  ...commission,
  state: moved('commission', lifecycle, commission.state, action),
});

/** What it comes to in the end, after all that was added and taken back. */
export const netOf = ({
  amount,
  adjusted,
  clawedBack,
}: Pick<Commission, 'amount' | 'adjusted' | 'clawedBack'>): Money => amount.plus(adjusted).minus(clawedBack);
