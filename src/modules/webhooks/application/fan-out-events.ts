import type { WallClock } from '../../../shared/clock.ts';
import type { Ids } from '../../../shared/ids.ts';
import { instantAt } from '../../../shared/instant.ts';
import { type Announced, fanOut } from '../domain/fan-out.ts';
import type { WebhookStores } from '../ports/webhooks.ts';

/** Puts each event in line for every endpoint that subscribed to it. */
export class FanOutEvents {
  constructor(
    private readonly ids: Ids,
    private readonly wallClock: WallClock,
  ) {}

  async run({ endpoints, deliveries }: WebhookStores, events: readonly Announced[]): Promise<void> {
    const partnerIds = [...new Set(events.map(({ partnerId }) => partnerId))];
    const subscribers = await endpoints.subscribers(partnerIds);
    const fanned = fanOut(events, subscribers);
    if (fanned.deliveries.length === 0) return;
    await deliveries.add(
      fanned.messages,
      fanned.deliveries.map((delivery) => ({ ...delivery, deliveryId: this.ids.next('whd') })),
      instantAt(this.wallClock.nowMs()),
    );
  }
}
