/**
 * What terms may look at: the names of facts, what each is, and where all of them come from. Reader, linter, published
 * schema, evaluator and explanation go by this one table.
 */
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { OrderFacts } from '../../../orders/index.ts';

/** `texts`: several; a condition on them asks whether one of them is meant. */
export type FactType = 'text' | 'texts' | 'number' | 'money' | 'instant';

export const FACTS = {
  'order.currency': 'text',
  /** Of all lines as kept. */
  'order.total': 'money',
  'order.placedAt': 'instant',
  'order.coupons': 'texts',
  'line.sku': 'text',
  'line.category': 'text',
  /** As kept. */
  'line.quantity': 'number',
  'line.unitPrice': 'money',
  'line.total': 'money',
  /** `new` or `returning`, as the commerce system says. */
  'customer.status': 'text',
  'customer.country': 'text',
  /** 1: the customer's first order. */
  'customer.orderNumber': 'number',
  /** Whole months in the program's zone; 0 on the day of the first order. */
  'customer.monthsSinceFirstOrder': 'number',
  'partner.id': 'text',
  'partner.groups': 'texts',
  'touch.kind': 'text',
  'touch.campaign': 'text',
  'touch.sub1': 'text',
  'touch.sub2': 'text',
  'touch.sub3': 'text',
  'touch.sub4': 'text',
  'touch.sub5': 'text',
  /** Whole days of 24 hours. */
  'touch.daysBeforeOrder': 'number',
} as const satisfies Readonly<Record<string, FactType>>;

/** Followed by a name of the commerce system's own; text or number, as the condition's operand is. */
export const METADATA = ['order.metadata.', 'line.metadata.', 'customer.metadata.'] as const;

export type FactName = keyof typeof FACTS | `${(typeof METADATA)[number]}${string}`;

/** Who is credited, and how much of the order with whom. */
export interface CreditFacts {
  readonly partnerId: Id<'par'>;
  /** Of the partner's enrolment, when the order was credited first. */
  readonly groups: readonly string[];
  readonly touch: {
    readonly kind?: string | undefined;
    readonly touchedAt: Instant;
    readonly campaign?: string | undefined;
    readonly subs?: Readonly<Record<string, string>> | undefined;
  };
  /**
   * Fractions of all who are credited, in the order of the credit, and which of them is this partner's. What is earned
   * is split by largest remainder, so that the parts of equal terms sum to the whole.
   */
  readonly shares: readonly string[];
  readonly own: number;
}

/** By what an order in another currency was converted. */
export interface Exchange {
  readonly from: string;
  readonly to: string;
  /** What one major unit of `from` is in major units of `to`: a decimal, or the quotient of two, `5.8012/1.0835`. */
  readonly rate: string;
  readonly source: string;
  readonly at: Instant;
}

/** All that an amount depends on, but the terms and what else happened in the period. */
export interface Facts {
  readonly order: OrderFacts;
  readonly credit: CreditFacts;
  /** Needed where the order's currency is not that of the terms. */
  readonly exchange?: Exchange | undefined;
  /** Of the program; months, days and hours are cut in it. */
  readonly timeZone: string;
}
