import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Outbox } from '../../../shared/outbox.ts';
import { Transaction } from '../../../shared/transaction.ts';
import type { AttemptedDelivery } from '../domain/delivery.ts';
import type { Endpoint, EndpointDescription, Health, SealedSecrets } from '../domain/endpoint.ts';
import type { Addressed, Message, Subscriber } from '../domain/fan-out.ts';
import type { DeliveryId, EndpointId } from '../index.ts';

export interface NewEndpoint extends EndpointDescription {
  readonly endpointId: EndpointId;
  readonly secrets: SealedSecrets;
  readonly health: Health;
}

export interface Added {
  readonly endpointId: EndpointId;
  /** False when the owner had an endpoint at that address already, and this is its id. */
  readonly isNew: boolean;
}

export interface EndpointChange {
  readonly endpointId: EndpointId;
  readonly health: Health;
  readonly secrets: SealedSecrets;
}

export interface Leased {
  readonly endpointId: EndpointId;
  readonly lease: string;
}

export type Held = Pick<Endpoint, 'endpointId' | 'partnerId' | 'health'>;

/** What an endpoint in hand is given back with. */
export interface Release {
  readonly endpointId: EndpointId;
  readonly health: Health;
  /** When to send again, if anything waits; absent when it is disabled. */
  readonly nextAt?: Instant | undefined;
}

export abstract class Endpoints {
  /** An answer for each, in the order given. An address is registered once for an owner and a program. */
  abstract add(endpoints: readonly NewEndpoint[], at: Instant): Promise<readonly Added[]>;
  /** Ours until the transaction ends. Throws `webhooks.endpoint_not_found`. */
  abstract get(endpointId: EndpointId): Promise<Endpoint>;
  /** With what waits for it due at once, unless it is disabled. */
  abstract change(change: EndpointChange, at: Instant): Promise<void>;
  abstract remove(endpointId: EndpointId): Promise<void>;
  /** How many those have who have any. Whoever else adds to theirs and counts waits until the transaction ends. */
  abstract counts(partnerIds: readonly Id<'par'>[]): Promise<ReadonlyMap<Id<'par'>, number>>;
  /** Those of the partners and those of everybody, ours until the transaction ends: nobody else numbers on. */
  abstract subscribers(partnerIds: readonly Id<'par'>[]): Promise<readonly Subscriber[]>;
  /** Of these, those whose lease is still the one given; ours until the transaction ends. */
  abstract inHand(leases: readonly Leased[]): Promise<readonly Held[]>;
  abstract release(releases: readonly Release[]): Promise<void>;
}

export abstract class Deliveries {
  /** Puts them in line, and the endpoints' numbers on. */
  abstract add(
    messages: readonly Message[],
    deliveries: readonly (Addressed & { readonly deliveryId: DeliveryId })[],
    at: Instant,
  ): Promise<void>;
  /** Writes down attempts, and what became of the deliveries. */
  abstract record(attempted: readonly AttemptedDelivery[]): Promise<void>;
  /** Whose it is. Throws `webhooks.delivery_not_found`. */
  abstract endpointOf(deliveryId: DeliveryId): Promise<EndpointId>;
  /** Puts it in line again, with a fresh schedule; what waits already goes on waiting. */
  abstract repeat(deliveryId: DeliveryId): Promise<void>;
}

export interface WebhookStores {
  readonly endpoints: Endpoints;
  readonly deliveries: Deliveries;
  readonly outbox: Outbox;
}

export abstract class WebhookTransaction extends Transaction<WebhookStores> {}
