/**
 * A conversion as networks and shops without our events tell it: one signed address with everything in its parameters.
 * It becomes an order event like any other.
 */
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import { Money } from '../../../shared/money.ts';

/** Our words, and those that networks use for them. */
const KIND_OF_STATUS = {
  reserved: 'reserved',
  placed: 'placed',
  pending: 'placed',
  confirmed: 'confirmed',
  approved: 'confirmed',
  delivered: 'delivered',
  completed: 'completed',
  cancelled: 'cancelled',
  rejected: 'cancelled',
  charged_back: 'charged_back',
} as const;

export type PostbackStatus = keyof typeof KIND_OF_STATUS;
export const POSTBACK_STATUSES = Object.keys(KIND_OF_STATUS) as readonly PostbackStatus[];

export interface Postback {
  readonly programId: Id<'prg'>;
  readonly orderRef: string;
  /** The sender's own id of the conversion; the order's reference, where it has none. */
  readonly transactionId?: string | undefined;
  readonly status: PostbackStatus;
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
  readonly clickId?: string | undefined;
  readonly coupon?: string | undefined;
  readonly customerRef?: string | undefined;
  /** Of what was ordered; a postback tells of one line. */
  readonly category?: string | undefined;
  readonly sku?: string | undefined;
  readonly time?: Instant | undefined;
}

export interface PostbackName {
  readonly source: string;
  readonly eventId: string;
}

const kindOf = ({ status }: Postback): string => KIND_OF_STATUS[status];

export const tellsContent = (postback: Postback): boolean => /^(reserved|placed)$/.test(kindOf(postback));

/** The same for every time it is sent. */
export const nameOfPostback = (postback: Postback): PostbackName => ({
  source: `postback/${postback.programId}`,
  eventId: `${postback.transactionId ?? postback.orderRef}:${kindOf(postback)}`,
});

/** The order event it is. Throws `money.malformed` and the like; an order's content needs amount and currency. */
export const eventOf = (postback: Postback, time: Instant): Readonly<Record<string, unknown>> => {
  const { source, eventId } = nameOfPostback(postback);
  const { programId, orderRef } = postback;
  const data = tellsContent(postback) ? contentOf(postback) : {};
  return { id: eventId, source, type: `order.${kindOf(postback)}`, programId, subject: orderRef, time, data };
};

const contentOf = ({ amount = '', currency = '', clickId, coupon, customerRef, category, sku }: Postback) => ({
  currency,
  lines: [
    {
      lineRef: '1',
      quantity: 1,
      unitPrice: Money.parse(amount, currency).toJSON(),
      ...(category !== undefined && { category }),
      ...(sku !== undefined && { sku }),
    },
  ],
  ...(clickId !== undefined && { clickId }),
  ...(coupon !== undefined && { couponCodes: [coupon] }),
  ...(customerRef !== undefined && { customerRef }),
});

/** What is signed: each parameter but the signature as `name=value`, sorted by name, one in a line. */
export const signedText = (parameters: ReadonlyMap<string, string>): string =>
  [...parameters]
    .filter(([name]) => name !== 'sig')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
