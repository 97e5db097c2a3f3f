import type { WallClock } from '../../../shared/clock.ts';
import type { Ids } from '../../../shared/ids.ts';
import { instantAt } from '../../../shared/instant.ts';
import { isDelivered } from '../domain/delivery.ts';
import { afterSuccess } from '../domain/health.ts';
import { filled, SAMPLE_VALUES } from '../domain/postback.ts';
import { bodyOf, PING } from '../domain/public-events.ts';
import type { EndpointId } from '../index.ts';
import type { Sender } from '../ports/sender.ts';
import type { WebhookReader } from '../ports/webhook-reader.ts';
import type { WebhookTransaction } from '../ports/webhooks.ts';
import { endpointNotFound, type Within } from './change-endpoint.ts';
import type { Secrets } from './secrets.ts';

export interface Tested {
  readonly delivered: boolean;
  /** Absent when nobody answered. */
  readonly status?: number | undefined;
  readonly durationMs: number;
}

/** Sends a signed ping now. An endpoint that answers it well is verified, or heals; one that does not loses nothing. */
export class TestEndpoint {
  constructor(
    private readonly transaction: WebhookTransaction,
    private readonly reader: Pick<WebhookReader, 'endpoint'>,
    private readonly sender: Sender,
    private readonly secrets: Secrets,
    private readonly ids: Ids,
    private readonly wallClock: WallClock,
  ) {}

  /** Throws `webhooks.endpoint_not_found`. */
  async run(endpointId: EndpointId, within: Within): Promise<Tested> {
    const endpoint = await this.reader.endpoint(endpointId);
    if (endpoint === undefined || (within !== undefined && endpoint.partnerId !== within))
      throw endpointNotFound(endpointId);
    const startedMs = this.wallClock.nowMs();
    const startedAt = instantAt(startedMs);
    const { postback, url } = endpoint;
    const outcome = await this.sender.send({
      secrets: this.secrets.opened(endpointId, endpoint.secrets, startedAt),
      id: this.ids.next('evt'),
      ...(postback === undefined
        ? { url, body: bodyOf(PING, startedAt, { endpointId }) }
        : { url: filled(url, SAMPLE_VALUES), postback, body: '' }),
    });
    const delivered = isDelivered(outcome);
    const tested = {
      delivered,
      status: outcome.kind === 'answered' ? outcome.status : undefined,
      durationMs: Math.max(0, this.wallClock.nowMs() - startedMs),
    };
    return this.transaction.run(async ({ endpoints }) => {
      const { health, secrets } = await endpoints.get(endpointId);
      if (delivered)
        await endpoints.change(
          { endpointId, health: afterSuccess(health), secrets },
          instantAt(this.wallClock.nowMs()),
        );
      return tested;
    });
  }
}
