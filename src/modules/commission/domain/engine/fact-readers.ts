import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { Metadata } from '../../../orders/index.ts';
import { type FactName, FACTS, type FactType, METADATA } from './facts.ts';
import { type Exact, fractionText } from './exact.ts';
import type { Sight } from './sight.ts';

/** A fact's value as it is seen; undefined: the order does not have it. */
export type Read<Value> = (sight: Sight) => Value | undefined;

export interface ValueOf {
  readonly text: string;
  readonly texts: readonly string[];
  readonly number: number;
  /** In minor units of the terms' currency, not rounded. */
  readonly money: Exact;
  readonly instant: Instant;
}

const sub =
  (name: string): Read<string> =>
  ({ facts }) =>
    facts.credit.touch.subs?.[name];

const READERS: { readonly [Name in keyof typeof FACTS]: Read<ValueOf[(typeof FACTS)[Name]]> } = {
  'order.currency': ({ facts }) => facts.order.currency,
  'order.total': ({ total }) => total,
  'order.placedAt': ({ facts }) => facts.order.placedAt,
  'order.coupons': ({ facts }) => facts.order.couponCodes ?? [],
  'line.sku': ({ at }) => at?.line.sku,
  'line.category': ({ at }) => at?.line.category,
  'line.quantity': ({ at }) => at?.kept,
  'line.unitPrice': ({ at }) => at?.price,
  'line.total': ({ at }) => at?.worth,
  'customer.status': ({ facts }) => facts.order.customer?.status,
  'customer.country': ({ facts }) => facts.order.customer?.country,
  'customer.orderNumber': ({ facts }) => facts.order.customer?.orderNumber,
  'customer.monthsSinceFirstOrder': ({ monthsSinceFirstOrder }) => monthsSinceFirstOrder,
  'partner.id': ({ facts }) => facts.credit.partnerId,
  'partner.groups': ({ facts }) => facts.credit.groups,
  'touch.kind': ({ facts }) => facts.credit.touch.kind,
  'touch.campaign': ({ facts }) => facts.credit.touch.campaign,
  'touch.sub1': sub('sub1'),
  'touch.sub2': sub('sub2'),
  'touch.sub3': sub('sub3'),
  'touch.sub4': sub('sub4'),
  'touch.sub5': sub('sub5'),
  'touch.daysBeforeOrder': ({ daysBeforeOrder }) => daysBeforeOrder,
};

const OF_METADATA: Readonly<Record<(typeof METADATA)[number], Read<Metadata>>> = {
  'order.metadata.': ({ facts }) => facts.order.metadata,
  'line.metadata.': ({ at }) => at?.line.metadata,
  'customer.metadata.': ({ facts }) => facts.order.customer?.metadata,
};

/** `metadata`: text or number, as the commerce system gave it. */
export const typeOf = (fact: FactName): FactType | 'metadata' => (isNamed(fact) ? FACTS[fact] : 'metadata');

export const isOfLine = (fact: FactName): boolean => fact.startsWith('line.');

const isNamed = (fact: FactName): fact is keyof typeof FACTS => Object.hasOwn(FACTS, fact);

/** Who asks knows the type by `typeOf`. */
export const readerOf = <Type extends FactType>(fact: FactName): Read<ValueOf[Type]> =>
  READERS[fact as keyof typeof FACTS] as unknown as Read<ValueOf[Type]>;

export const metadataReader = (fact: FactName): Read<string | number> => {
  const prefix = METADATA.find((each) => fact.startsWith(each));
  if (prefix === undefined) throw new Error(`there is no fact ${fact}`);
  const read = OF_METADATA[prefix];
  const name = fact.slice(prefix.length);
  return (sight) => {
    const bag = read(sight);
    const value = bag !== undefined && Object.hasOwn(bag, name) ? bag[name] : undefined;
    return typeof value === 'boolean' ? String(value) : value;
  };
};

/** As explanations show it; null: the order does not have it. */
export const shownReader = (fact: FactName, currency: string): ((sight: Sight) => string | null) => {
  switch (typeOf(fact)) {
    case 'money':
      return shownBy(readerOf<'money'>(fact), (value) => amountText(value, currency));
    case 'texts':
      return shownBy(readerOf<'texts'>(fact), (value) => value.join(', '));
    case 'metadata':
      return shownBy(metadataReader(fact), String);
    default:
      return shownBy(readerOf<'text'>(fact), String);
  }
};

const shownBy =
  <Value>(read: Read<Value>, show: (value: Value) => string) =>
  (sight: Sight): string | null => {
    const value = read(sight);
    return value === undefined ? null : show(value);
  };

const amountText = (value: Exact, currency: string): string =>
  value.num % value.den === 0n
    ? Money.of(value.num / value.den, currency).toString()
    : `${fractionText(value)} minor units of ${currency}`;
