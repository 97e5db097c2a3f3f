import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Payout } from '../domain/payouts/payout.ts';
import type { AchNotice } from '../domain/rails/ach.ts';
import type { RailName } from '../domain/rails/rail-name.ts';
import type { BatchId, PayoutId } from '../index.ts';

/**
 *   waiting ──▶ sending ──▶ sent
 *      ▲           │
 *      └───────────┘ only when certainly nothing was sent
 *
 * A payment on a rail that is called. `sending` is on disk before the call is made: whoever finds it so asks, and never
 * sends again.
 */
export interface RailPayment {
  readonly payoutId: PayoutId;
  readonly batchId: BatchId;
  readonly programId: Id<'prg'>;
  readonly rail: RailName;
  readonly state: 'waiting' | 'sending' | 'sent';
  /** The order of this one payment; it says where the money goes, so it rests encrypted. */
  readonly sealed: string;
  readonly sentAt?: Instant | undefined;
  /** How often the rail was asked since the payment last moved. */
  readonly asks: number;
  /** When it is sent, or asked about, next; absent once nothing more is expected of it. */
  readonly nextAt?: Instant | undefined;
  /** What the rail said last, in its own word; or why there was no answer. */
  readonly lastWord?: string | undefined;
  readonly heardAt?: Instant | undefined;
}

/** What a receiving bank said of an ACH entry; a correction is sealed. */
export interface KeptNotice extends AchNotice {
  readonly payoutId?: PayoutId | undefined;
  readonly notedAt: Instant;
}

export abstract class RailPayments {
  /** Those known already are left alone: what was sent once is not waiting again. */
  abstract add(payments: readonly RailPayment[]): Promise<void>;
  /** What is due by then, earliest first. */
  abstract due(by: Instant, limit: number): Promise<readonly RailPayment[]>;
  /** Nobody else's until the transaction ends. */
  abstract hold(payoutId: PayoutId): Promise<RailPayment | undefined>;
  abstract save(payment: RailPayment): Promise<void>;
  /** Payouts by ACH, by what their entries are called; nobody else's until the transaction ends. */
  abstract achPayouts(references: readonly string[]): Promise<ReadonlyMap<string, Payout>>;
  /** Those known already are left alone. */
  abstract addNotices(notices: readonly KeptNotice[]): Promise<void>;
}
