/** Twenty groups of five conditions, and orders of five lines: the same for every engine that is measured. */
import type { Facts } from '../../src/modules/commission/domain/engine/facts.ts';
import type { Comparison, Group, Terms } from '../../src/modules/commission/domain/terms/terms.ts';
import { aLine, anOrder, aTermsVersion, factsOn } from '../../test/support/builders.ts';

const GROUPS = 20;
const LINES = 5;
const COUNTRIES = ['DE', 'FR', 'BR', 'US', 'JP'];

/** No two groups ask the same, and the category is asked last: a group that does not apply is found out late. */
const conditionsOf = (index: number): readonly Comparison[] => [
  { fact: 'customer.country', in: [...COUNTRIES, `X${index}`] },
  { fact: 'touch.kind', notEquals: `kind-${index}` },
  { fact: 'line.quantity', atMost: 100 + index },
  { fact: 'line.unitPrice', moreThan: { minor: String(100 + index), currency: 'EUR' } },
  { fact: 'line.category', equals: `category-${index}` },
];

const groups = Array.from({ length: GROUPS }, (_, index): Group => ({
  name: `group ${index}`,
  rank: index + 1,
  when: { all: conditionsOf(index) },
  amount: { percent: `${1 + (index % 9)}.5` },
}));

export const terms: Terms = {
  currency: 'EUR',
  rounding: 'half_up',
  groups,
  limits: [{ per: 'order', amount: { minor: '50000', currency: 'EUR' } }],
  vesting: [{ milestone: 'delivered', percent: '100' }],
  returnWindowDays: 30,
};

export const version = aTermsVersion(terms);

const lineOf = (order: number, index: number) =>
  aLine({
    lineRef: String(index),
    sku: `sku-${(order * 7 + index) % 500}`,
    category: `category-${(order * 3 + index * 7) % GROUPS}`,
    quantity: 1 + ((order + index) % 3),
    unitPrice: { minor: String(1_000 + ((order * 7_919 + index * 104_729) % 90_000)), currency: 'EUR' },
  });

export const ordersOf = (count: number): readonly Facts[] =>
  Array.from({ length: count }, (_, order) =>
    factsOn(
      anOrder({
        currency: 'EUR',
        orderRef: `A-${order}`,
        customer: { status: 'new', country: COUNTRIES[order % COUNTRIES.length] },
        lines: Array.from({ length: LINES }, (__, index) => lineOf(order, index)),
      }),
      { credit: { touch: { kind: 'click', touchedAt: anOrder().placedAt } } },
    ),
  );
