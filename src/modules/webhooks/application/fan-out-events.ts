import type { WallClock } from '../../../shared/clock.ts';
import type { Id, Ids } from '../../../shared/ids.ts';
import { instantAt } from '../../../shared/instant.ts';
import type { AttributionPort } from '../../attribution/index.ts';
import { type Announced, fanOut, type Message } from '../domain/fan-out.ts';
import { type PostbackCredit, valuesOf } from '../domain/postback.ts';
import type { WebhookStores } from '../ports/webhooks.ts';

/** Puts each event in line for every endpoint that subscribed to it. */
export class FanOutEvents {
  constructor(
    private readonly ids: Ids,
    private readonly wallClock: WallClock,
    private readonly attribution: Pick<AttributionPort, 'credits'>,
  ) {}

  async run({ endpoints, deliveries }: WebhookStores, events: readonly Announced[]): Promise<void> {
    const partnerIds = [...new Set(events.map(({ partnerId }) => partnerId))];
    const subscribers = await endpoints.subscribers(partnerIds);
    const fanned = fanOut(events, subscribers);
    if (fanned.deliveries.length === 0) return;
    await deliveries.add(
      await this.withValues(fanned.messages, events, fanned.called),
      fanned.deliveries.map((delivery) => ({ ...delivery, deliveryId: this.ids.next('whd') })),
      instantAt(this.wallClock.nowMs()),
    );
  }
  /** Whose click it was is asked, not heard: whoever tells of a commission has heard of its credit before us. */
  private async withValues(
    messages: readonly Message[],
    events: readonly Announced[],
    called: ReadonlySet<Id<'evt'>>,
  ): Promise<readonly Message[]> {
    if (called.size === 0) return messages;
    const told = new Map(events.filter(({ eventId }) => called.has(eventId)).map((event) => [event.eventId, event]));
    const credits = await this.attribution.credits([...told.values()].flatMap(creditAsked));
    const byName = new Map(credits.map((credit) => [`${credit.orderId}/${credit.partnerId}`, credit]));
    return messages.map((message) => {
      const event = told.get(message.eventId);
      return event === undefined ? message : { ...message, values: valuesOf(event, creditOf(event, byName)) };
    });
  }
}

const orderOf = ({ data }: Announced): Id<'ord'> | undefined =>
  'orderId' in data ? (data.orderId as Id<'ord'>) : undefined;

const creditAsked = (event: Announced) => {
  const orderId = orderOf(event);
  return orderId === undefined ? [] : [{ orderId, partnerId: event.partnerId }];
};

/** The event's own partner's, whoever has the credit today. */
const creditOf = (event: Announced, byName: ReadonlyMap<string, PostbackCredit>): PostbackCredit | undefined =>
  byName.get(`${orderOf(event)}/${event.partnerId}`);
