import type { WallClock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Id } from '../../../shared/ids.ts';
import { type Instant, instantAt, plusDays } from '../../../shared/instant.ts';
import type { Endpoint } from '../domain/endpoint.ts';
import { disabledByOwner, enabled } from '../domain/health.ts';
import type { DeliveryId, EndpointId } from '../index.ts';
import type { Endpoints, WebhookTransaction } from '../ports/webhooks.ts';
import type { Registered } from './register-endpoints.ts';
import type { Secrets } from './secrets.ts';

export interface Rotated extends Registered {
  /** Until then both secrets sign. */
  readonly oldUntil: Instant;
}

/** Whose endpoints are touched: a partner's own; without one, anybody's. */
export type Within = Id<'par'> | undefined;

/** What an owner does to an endpoint. Each throws `webhooks.endpoint_not_found`, also for somebody else's. */
export class ChangeEndpoint {
  constructor(
    private readonly transaction: WebhookTransaction,
    private readonly secrets: Secrets,
    private readonly wallClock: WallClock,
  ) {}

  /** A day is enough to bring the new secret everywhere, and no delivery fails meanwhile. */
  rotateSecret(endpointId: EndpointId, within: Within): Promise<Rotated> {
    return this.transaction.run(async ({ endpoints }) => {
      const endpoint = await ownOf(endpoints, endpointId, within);
      const secret = this.secrets.fresh();
      const oldUntil = plusDays(this.now(), 1);
      const secrets = {
        current: this.secrets.sealed(endpointId, secret),
        old: { sealed: endpoint.secrets.current, until: oldUntil },
      };
      await endpoints.change({ endpointId, health: endpoint.health, secrets }, this.now());
      return { endpointId, secret, oldUntil };
    });
  }

  enable(endpointId: EndpointId, within: Within): Promise<Endpoint> {
    return this.changeHealth(endpointId, within, enabled);
  }

  disable(endpointId: EndpointId, within: Within): Promise<Endpoint> {
    return this.changeHealth(endpointId, within, disabledByOwner);
  }

  /** With all that was ever sent to it. */
  remove(endpointId: EndpointId, within: Within): Promise<void> {
    return this.transaction.run(async ({ endpoints }) => {
      await ownOf(endpoints, endpointId, within);
      await endpoints.remove(endpointId);
    });
  }

  /** Throws `webhooks.delivery_not_found`, also for somebody else's, `webhooks.endpoint_is_disabled`. */
  redeliver(deliveryId: DeliveryId, within: Within): Promise<{ readonly deliveryId: DeliveryId }> {
    return this.transaction.run(async ({ endpoints, deliveries }) => {
      const endpointId = await deliveries.endpointOf(deliveryId);
      const { health, secrets, partnerId } = await endpoints.get(endpointId);
      if (within !== undefined && partnerId !== within) throw deliveryNotFound(deliveryId);
      if (health.state === 'disabled')
        throw new AppError(
          'refused',
          'webhooks.endpoint_is_disabled',
          'enable the endpoint first; nothing is sent to it',
        );
      await deliveries.repeat(deliveryId);
      await endpoints.change({ endpointId, health, secrets }, this.now());
      return { deliveryId };
    });
  }

  private changeHealth(
    endpointId: EndpointId,
    within: Within,
    changed: (health: Endpoint['health']) => Endpoint['health'],
  ): Promise<Endpoint> {
    return this.transaction.run(async ({ endpoints }) => {
      const endpoint = await ownOf(endpoints, endpointId, within);
      const health = changed(endpoint.health);
      if (health === endpoint.health) return endpoint;
      await endpoints.change({ endpointId, health, secrets: endpoint.secrets }, this.now());
      return endpoints.get(endpointId);
    });
  }

  private now(): Instant {
    return instantAt(this.wallClock.nowMs());
  }
}

/** Somebody else's is as good as none. */
const ownOf = async (endpoints: Endpoints, endpointId: EndpointId, within: Within): Promise<Endpoint> => {
  const endpoint = await endpoints.get(endpointId);
  if (within !== undefined && endpoint.partnerId !== within) throw endpointNotFound(endpointId);
  return endpoint;
};

export const endpointNotFound = (endpointId: EndpointId): AppError =>
  new AppError('not_found', 'webhooks.endpoint_not_found', `there is no endpoint ${endpointId}`);

export const deliveryNotFound = (deliveryId: DeliveryId): AppError =>
  new AppError('not_found', 'webhooks.delivery_not_found', `there is no delivery ${deliveryId}`);
