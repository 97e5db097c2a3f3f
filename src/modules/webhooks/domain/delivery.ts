import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { PostbackValues } from './postback.ts';
import type { DeliveryId, EndpointId } from '../index.ts';

/** Pending: waits for its turn or its next attempt. Failed: the schedule is over. Either can be put in line again. */
export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** What came of an attempt. Nobody's answer is kept whole: it may hold what is not ours to show. */
export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfterMs?: number | undefined;
      readonly bodyHash: string;
      /** The first characters, masked; for staff. */
      readonly bodyHead: string;
    }
  /** No answer, for a reason that staff may see. Tenants may not: the reason would tell them what our network looks like. */
  | { readonly kind: 'unreachable'; readonly detail: string };

export const isDelivered = (outcome: Outcome): boolean =>
  outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300;

/** "Gone" is the one answer that says never again. */
export const isGone = (outcome: Outcome): boolean => outcome.kind === 'answered' && outcome.status === 410;

/** A delivery in hand, to be sent now. */
export interface Due {
  readonly deliveryId: DeliveryId;
  readonly eventId: Id<'evt'>;
  readonly sequence: number;
  readonly body: string;
  /** What the macros stand for, where it is a postback's. */
  readonly values?: PostbackValues | undefined;
  /** Ever. */
  readonly attempts: number;
  /** Since it was last put in line. */
  readonly tries: number;
  readonly firstTriedAt?: Instant | undefined;
}

export interface Attempt {
  readonly due: Due;
  readonly at: Instant;
  readonly durationMs: number;
  readonly outcome: Outcome;
}

/** What is recorded of a delivery that was attempted. */
export interface AttemptedDelivery {
  readonly deliveryId: DeliveryId;
  readonly endpointId: EndpointId;
  readonly sequence: number;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly tries: number;
  readonly firstTriedAt: Instant;
  readonly at: Instant;
  readonly durationMs: number;
  readonly outcome: Outcome;
}
