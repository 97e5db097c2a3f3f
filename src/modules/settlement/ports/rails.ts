import type { Instant } from '../../../shared/instant.ts';
import type { Progress } from '../domain/rails/progress.ts';
import type { RailName } from '../domain/rails/rail-name.ts';
import type { Objection } from '../domain/rails/objections.ts';
import type { Payment, PaymentOrder } from './payment-files.ts';

/** A payment that a rail does not make, and why. */
export interface Refusal {
  /** Ours: the payout's id. */
  readonly reference: string;
  readonly reason: string;
}

/** What came of sending. After `unknown` nobody sends again: it may have been taken, and the rail is asked. */
export type Submission =
  | { readonly verdict: 'accepted'; readonly file?: RailFile | undefined }
  | { readonly verdict: 'refused'; readonly refusals: readonly Refusal[] }
  | { readonly verdict: 'unknown'; readonly why: string };

/** What people carry to the bank. */
export interface RailFile {
  readonly text: string;
  readonly mediaType: string;
}

/** How far a rail says a payment is. */
export interface PaymentReport {
  readonly reference: string;
  readonly progress: Progress;
  /** The rail's own word for it. */
  readonly word: string;
  readonly reason?: string | undefined;
  /** By the rail's clock, which need not agree with ours. */
  readonly at?: Instant | undefined;
}

export interface Capabilities {
  /** Any, where none are named. */
  readonly currencies?: readonly string[] | undefined;
  /** In minor units. */
  readonly mostPerPayment: bigint;
  readonly mostPayments: number;
  /** Whether it takes a file that people bring to it; then it has the payments when its statements say so. */
  readonly byHand: boolean;
}

/** What carries money to partners. */
export abstract class Rail {
  abstract readonly name: RailName;
  abstract readonly can: Capabilities;
  /** What it would refuse in a payee's own details, whoever pays. */
  objection(_payee: Payment['creditor']): Objection | undefined {
    return undefined;
  }
  /** Payments of the order that it would refuse, as far as it can be told without asking it. */
  abstract refusals(order: PaymentOrder): readonly Refusal[];
  /** Once for each payment, ever. Throws `settlement.rail_unreachable` when certainly nothing was sent. */
  abstract submit(order: PaymentOrder): Promise<Submission>;
  /**
   * How far the payment of that reference is; undefined when the rail knows none, or is worked by hand.
   * Throws `settlement.rail_unreachable`.
   */
  abstract ask(reference: string): Promise<PaymentReport | undefined>;
}

export abstract class Rails {
  /** Throws `settlement.no_rail` when it is not set up. */
  abstract of(name: RailName): Rail;
  /** Undefined when it is not set up, which may still be done before anything is sent. */
  abstract find(name: RailName): Rail | undefined;
}
