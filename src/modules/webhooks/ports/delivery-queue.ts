import type { Instant } from '../../../shared/instant.ts';
import type { Due } from '../domain/delivery.ts';
import type { EndpointState, SealedSecrets } from '../domain/endpoint.ts';
import type { PostbackMethod } from '../domain/postback.ts';
import type { EndpointId } from '../index.ts';

/** An endpoint in hand: nobody else sends to it meanwhile, so its events arrive in order, one at a time. */
export interface Run {
  readonly endpointId: EndpointId;
  readonly lease: string;
  readonly leasedUntil: Instant;
  readonly url: string;
  readonly postback?: PostbackMethod | undefined;
  readonly state: EndpointState;
  readonly secrets: SealedSecrets;
  /** What waits for it, oldest first. */
  readonly dues: readonly Due[];
}

export interface Appetite {
  /** How many enabled endpoints, and how many in trouble: those who hang must not keep others waiting. */
  readonly sound: number;
  readonly troubled: number;
  readonly now: Instant;
  /** When the lease ends; whoever died with an endpoint in hand has lost it then. */
  readonly until: Instant;
  readonly lease: string;
}

/** What is to be sent, across all processes. */
export abstract class DeliveryQueue {
  /** Takes endpoints that are due into hand. */
  abstract take(appetite: Appetite): Promise<readonly Run[]>;
  /** Whether something is due now, in hand or not. What is scheduled for later is not. */
  abstract isDue(now: Instant): Promise<boolean>;
  /** Forgets events older than that, with their deliveries. Returns how many; a bounded number at a time. */
  abstract forget(before: Instant): Promise<number>;
}
