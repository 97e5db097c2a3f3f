import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { ClickId } from '../../index.ts';

/** Why a click was worth nothing from the start. It is kept all the same: "you did click" is an answer too. */
export type Objection = 'unknown_link' | 'link_suspended' | 'not_enrolled' | 'coupon_disabled';

/**
 * What brought a customer into contact with a partner. A coupon was used, never clicked: none of these stands in for
 * another.
 */
export const TOUCH_KINDS = [
  'click',
  'impression',
  'qr',
  'coupon',
  'postback',
  'dealer',
  'test_drive',
  'late_claim',
] as const;
export type TouchKind = (typeof TOUCH_KINDS)[number];

/** Somebody was sent on, from a page or from paper. */
export const isClick = (kind: TouchKind): boolean => kind === 'click' || kind === 'qr';

/** It was typed or claimed with an order: nobody clicked, so its id is nobody's click id. */
export const isSaid = (kind: TouchKind): boolean => kind === 'coupon' || kind === 'late_claim';

export const SUB_IDS = ['sub1', 'sub2', 'sub3', 'sub4', 'sub5'] as const;
/** The partner's own notes on where a visitor came from. */
export type SubIds = Readonly<Partial<Record<(typeof SUB_IDS)[number], string>>>;

/** What the visitor said of being remembered. Denied: nothing that could tell one visitor from another is kept. */
export type Consent = 'granted' | 'denied' | 'unknown';

/** A click, or another touch, as it was kept. */
export interface Touchpoint {
  readonly clickId: ClickId;
  readonly kind: TouchKind;
  readonly programId: Id<'prg'>;
  readonly linkCode: string;
  /** Nobody, when nobody knows the link. */
  readonly partnerId?: Id<'par'> | undefined;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** Our own redirect saw it; otherwise a neighbour told us of it. */
  readonly live: boolean;
  readonly visitorId?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly referrer?: string | undefined;
  readonly objection?: Objection | undefined;
  readonly subs?: SubIds | undefined;
  readonly campaign?: string | undefined;
  /** The visitor's network, never the whole address: `203.0.113.0/24`, `2001:db8:1::/48`. */
  readonly network?: string | undefined;
  readonly consent: Consent;
  /** What was odd about it at first sight; `signals.ts` names them. Kept for fraud, and never in the visitor's way. */
  readonly signals: readonly string[];
}

/** A touch of our own edge: it always knows whose it is. */
export type TakenTouch = Touchpoint & { readonly partnerId: Id<'par'>; readonly live: true };

/** What a click and an order may have in common. */
export interface TouchKeys {
  readonly programId: Id<'prg'>;
  readonly clickId?: ClickId | undefined;
  readonly visitorId?: string | undefined;
}
