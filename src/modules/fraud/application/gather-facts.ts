import { AppError } from '../../../shared/errors.ts';
import type { AttributionPort, TouchpointFacts } from '../../attribution/index.ts';
import type { OrderFacts, OrdersPort } from '../../orders/index.ts';
import type { PartnerFacts, PartnersPort } from '../../partners/index.ts';
import type { Credit } from '../domain/assessment.ts';
import type { Facts } from '../domain/rules.ts';
import type { BotDetector } from '../ports/bot-detector.ts';
import type { Heard } from './assess-conversions.ts';

/** What attribution said of an order: who is credited with it now, if anybody is; one each. */
export interface Told {
  readonly orderId: Credit['orderId'];
  readonly credits: readonly Credit[];
}

/**
 * Asks everybody who knows something about conversions. Fails closed: a question without an answer is thrown, the
 * message comes again or is parked, and until then there is no verdict, which is no permission.
 */
export class GatherFacts {
  constructor(
    private readonly attribution: AttributionPort,
    private readonly orders: OrdersPort,
    private readonly partners: PartnersPort,
    private readonly detector: BotDetector,
  ) {}

  /** Each message with the facts about the credits it tells of. Throws `fraud.facts_missing`. */
  async run<Message extends Told>(told: readonly Message[]): Promise<readonly (Message & Heard)[]> {
    const factsOf = await this.answers(told.flatMap(({ credits }) => credits));
    return told.map((message) => ({
      ...message,
      credited: message.credits.map((credit) => ({ credit, facts: factsOf(credit) })),
    }));
  }

  private async answers(credits: readonly Credit[]): Promise<(credit: Credit) => Facts> {
    const [touchpoints, orders, partners] = await Promise.all([
      this.attribution.touchpoints([...new Set(credits.map(({ clickId }) => clickId))]),
      this.orders.facts([...new Set(credits.map(({ orderId }) => orderId))]),
      this.partners.partners([...new Set(credits.map(({ partnerId }) => partnerId))]),
    ]);
    const touchOf = new Map(touchpoints.map((touch) => [touch.clickId, touch]));
    const orderOf = new Map(orders.map((order) => [order.orderId, order]));
    const partnerOf = new Map(partners.map((partner) => [partner.partnerId, partner]));
    return ({ clickId, orderId, partnerId }) =>
      this.facts(
        known(touchOf.get(clickId), clickId),
        known(orderOf.get(orderId), orderId),
        known(partnerOf.get(partnerId), partnerId),
      );
  }

  private facts(touch: TouchpointFacts, order: OrderFacts, partner: PartnerFacts): Facts {
    const { userAgent, signals } = touch;
    return {
      clickedAt: touch.occurredAt,
      placedAt: order.placedAt,
      live: touch.live === true,
      coupon: touch.coupon,
      kind: touch.kind,
      userAgent,
      signals,
      botSign: userAgent === undefined ? undefined : this.detector.signIn(userAgent),
      emails: compared(order.customerEmailFingerprint, partner.emailFingerprint),
    };
  }
}

const known = <Value>(value: Value | undefined, id: string): Value => {
  if (value === undefined) throw new AppError('not_found', 'fraud.facts_missing', `nobody knows anything about ${id}`);
  return value;
};

const compared = (customer: string | undefined, partner: string): Facts['emails'] => {
  if (customer === undefined) return 'unknown';
  return customer === partner ? 'same' : 'different';
};
