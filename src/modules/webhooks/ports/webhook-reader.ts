import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { DeliveryState } from '../domain/delivery.ts';
import type { Endpoint } from '../domain/endpoint.ts';
import type { DeliveryId, EndpointId } from '../index.ts';

export interface DeliveryFilter {
  readonly partnerId?: Id<'par'> | undefined;
  readonly endpointId?: EndpointId | undefined;
  readonly state?: DeliveryState | undefined;
}

export interface ListedDelivery {
  readonly deliveryId: DeliveryId;
  readonly endpointId: EndpointId;
  readonly partnerId?: Id<'par'> | undefined;
  readonly sequence: number;
  readonly eventId: Id<'evt'>;
  readonly eventType: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly createdAt: Instant;
  /** When it was delivered or given up. */
  readonly endedAt?: Instant | undefined;
}

export interface ListedAttempt {
  readonly number: number;
  readonly at: Instant;
  readonly durationMs: number;
  readonly status?: number | undefined;
  readonly bodyHash?: string | undefined;
  /** For staff. */
  readonly bodyHead?: string | undefined;
  readonly detail?: string | undefined;
}

export interface FedEvent {
  readonly sequence: number;
  readonly eventId: Id<'evt'>;
  readonly body: string;
}

export interface Totals {
  readonly pending: number;
  readonly delivered: number;
  readonly failed: number;
}

/** Looks at endpoints and deliveries outside any transaction. */
export abstract class WebhookReader {
  abstract endpoint(endpointId: EndpointId): Promise<Endpoint | undefined>;
  /** Oldest first; webhooks or postbacks. */
  abstract endpoints(
    request: PageRequest,
    partnerId: Id<'par'> | undefined,
    kind: 'webhook' | 'postback',
  ): Promise<Page<Endpoint>>;
  /** Newest first. */
  abstract deliveries(request: PageRequest, filter: DeliveryFilter): Promise<Page<ListedDelivery>>;
  abstract delivery(deliveryId: DeliveryId): Promise<ListedDelivery | undefined>;
  abstract attempts(deliveryId: DeliveryId): Promise<readonly ListedAttempt[]>;
  abstract totals(filter: {
    readonly partnerId?: Id<'par'> | undefined;
    readonly programId?: Id<'prg'> | undefined;
  }): Promise<Totals>;
  /** What an endpoint was to get after that number, in order. */
  abstract feed(endpointId: EndpointId, after: number, limit: number): Promise<readonly FedEvent[]>;
  /** Endpoints with a number missing between the oldest kept and the newest; there should be none. */
  abstract withGaps(limit: number): Promise<readonly EndpointId[]>;
  /** Endpoints for which something waits that nobody will ever send; there should be none. */
  abstract stranded(limit: number): Promise<readonly EndpointId[]>;
}
