import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Link } from '../../domain/traffic/link.ts';
import { BOT } from '../../domain/traffic/signals.ts';
import type { Objection, Touchpoint } from '../../domain/traffic/touchpoint.ts';
import type { ClickId } from '../../index.ts';
import type { BotDetector } from '../../ports/bot-detector.ts';
import type { AttributionStores } from '../../ports/attribution-stores.ts';
import type { DecideConversions } from '../deciding/decide-conversions.ts';
import { holdAll, type IdentifiedOrder, joinOrders, without } from '../identity/join-identities.ts';
import type { RecordTouchpoints } from './record-touchpoints.ts';
import type { Veil } from '../identity/veil.ts';

/** A click as a neighbour tells it. */
export interface ToldClick {
  readonly clickId: ClickId;
  readonly programId: Id<'prg'>;
  readonly linkCode: string;
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
  readonly visitorId?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly referrer?: string | undefined;
}

export interface Traffic {
  readonly clicks: readonly ToldClick[];
  /** Of our own edge, which has judged them. */
  readonly touches: readonly Touchpoint[];
  readonly placed: readonly IdentifiedOrder[];
  readonly amended: readonly IdentifiedOrder[];
}

/** Takes in clicks and orders as they are told, in whatever order: clicks first, for orders are decided by them. */
export class ReceiveTraffic {
  constructor(
    private readonly recordTouchpoints: RecordTouchpoints,
    private readonly decideConversions: DecideConversions,
    private readonly veil: Veil,
    private readonly detector: BotDetector,
  ) {}

  async run(stores: AttributionStores, { clicks, touches, placed, amended }: Traffic): Promise<void> {
    const orders = [...placed, ...amended];
    await holdAll(stores, orders, [...clicks, ...touches]);
    const veiling = await this.veil.over(stores.erasures, [...clicks, ...touches, ...orders]);
    const all = [...touches, ...(await this.touchpointsOf(stores, clicks))];
    await this.recordTouchpoints.run(
      stores,
      all.map((touch) => veiling.touch(touch)),
    );
    const ordersOf = (told: readonly IdentifiedOrder[]) => told.map((order) => veiling.order(order));
    const joinable = (told: readonly IdentifiedOrder[]) =>
      ordersOf(told.filter((order) => !veiling.isForgotten(order)));
    const redrawn = await joinOrders(stores, joinable(placed), joinable(amended));
    const decided = new Set(amended.map(({ orderId }) => orderId));
    if (placed.length > 0)
      for (const orderId of await this.decideConversions.first(stores, ordersOf(placed))) decided.add(orderId);
    if (amended.length > 0) await this.decideConversions.amended(stores, ordersOf(amended));
    await this.decideConversions.rejoined(stores, without(redrawn, decided));
  }

  private async touchpointsOf(
    { links }: AttributionStores,
    clicks: readonly ToldClick[],
  ): Promise<readonly Touchpoint[]> {
    if (clicks.length === 0) return [];
    const known = await links.byCodes([...new Set(clicks.map(({ linkCode }) => linkCode))]);
    const byCode = new Map(known.map((link) => [link.code, link]));
    return clicks.map((click) => touchpoint(click, byCode.get(click.linkCode), this.signalsOf(click)));
  }

  /** Noted while the user agent is known: it will be forgotten. That there is none proves nothing of a click of elsewhere. */
  private signalsOf({ userAgent }: ToldClick): readonly string[] {
    return userAgent !== undefined && this.detector.isBot(userAgent) ? [BOT] : [];
  }
}

/** Field by field: there are thousands a second, and spreading one object into the next costs as much as keeping it. */
const touchpoint = (click: ToldClick, link: Link | undefined, signals: readonly string[]): Touchpoint => {
  const known = link?.programId === click.programId ? link : undefined;
  return {
    clickId: click.clickId,
    kind: 'click',
    programId: click.programId,
    linkCode: click.linkCode,
    partnerId: known?.partnerId,
    occurredAt: click.occurredAt,
    recordedAt: click.receivedAt,
    live: false,
    visitorId: click.visitorId,
    userAgent: click.userAgent,
    referrer: click.referrer,
    objection: known === undefined ? 'unknown_link' : objectionTo(known, click.occurredAt),
    consent: 'unknown',
    signals,
  };
};

const objectionTo = ({ suspendedAt }: Link, at: Instant): Objection | undefined =>
  suspendedAt !== undefined && at >= suspendedAt ? 'link_suspended' : undefined;
