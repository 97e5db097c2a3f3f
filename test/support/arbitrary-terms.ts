/** Terms, orders and figures at random, for what must hold of all of them. Small pools of values, so that they meet. */
import fc from 'fast-check';
import type { Exchange, Facts } from '../../src/modules/commission/domain/engine/facts.ts';
import { type FiguresOfPeriods, PERIODS } from '../../src/modules/commission/domain/periods/figures.ts';
import { scopesOf } from '../../src/modules/commission/domain/periods/scopes.ts';
import type { Amount, Condition, Group, Limit, Terms } from '../../src/modules/commission/domain/terms/terms.ts';
import type { OrderFacts } from '../../src/modules/orders/index.ts';
import { instant, instantAt } from '../../src/shared/instant.ts';
import { aLine, anOrder, factsOn } from './builders.ts';
import { idOf } from './clock.ts';

const CURRENCIES = ['EUR', 'JPY', 'KWD'] as const;
const CATEGORIES = ['car', 'robot', 'charger', ''];
const SKUS = ['C-1', 'C-2', 'R-1', 'W-11'];
const COLOURS = ['red', 'green', '7', 7, 0.5];
const GROUPS = ['gold', 'silver', 'north'];
const ZONES = ['Europe/Berlin', 'America/Sao_Paulo', 'Asia/Tokyo'];

const oneOf = <Value>(values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
const someOf = <Value>(values: readonly Value[]): fc.Arbitrary<Value[]> => fc.subarray([...values], { minLength: 1 });
const minor = (max: bigint): fc.Arbitrary<string> => fc.bigInt({ min: 0n, max }).map(String);
const percent = fc
  .record({ whole: fc.integer({ min: 0, max: 99 }), rest: fc.integer({ min: 0, max: 999 }) })
  .map(({ whole, rest }) => (rest === 0 ? String(whole) : `${whole}.${String(rest).padStart(3, '0')}`));

// ── conditions ────────────────────────────────────────────────────────────────────────────────────────────────────

const onText = (fact: string, values: readonly string[]): fc.Arbitrary<object> =>
  fc.oneof(
    oneOf(['equals', 'notEquals', 'contains', 'notContains', 'startsWith', 'endsWith']).chain((operator) =>
      oneOf(values.filter((value) => value !== '')).map((value) => ({ fact, [operator]: value })),
    ),
    oneOf(['in', 'notIn']).chain((operator) =>
      someOf(values.filter((value) => value !== '')).map((list) => ({ fact, [operator]: list })),
    ),
    fc.boolean().map((exists) => ({ fact, exists })),
  );

const onOrdered = (fact: string, operand: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  fc.oneof(
    oneOf(['equals', 'notEquals', 'lessThan', 'atMost', 'moreThan', 'atLeast']).chain((operator) =>
      operand.map((value) => ({ fact, [operator]: value })),
    ),
    oneOf(['in', 'notIn']).chain((operator) =>
      fc.array(operand, { minLength: 1, maxLength: 3 }).map((list) => ({ fact, [operator]: list })),
    ),
  );

const number = fc.oneof(fc.integer({ min: 0, max: 6 }), oneOf(['1.5', '3', '0.25']));

const ofOrder = (currency: string): fc.Arbitrary<object> =>
  fc.oneof(
    onText('order.currency', CURRENCIES),
    onOrdered(
      'order.total',
      minor(2_000_000n).map((amount) => ({ minor: amount, currency })),
    ),
    onOrdered('order.placedAt', oneOf(['2026-03-01T00:00:00Z', '2026-06-15T12:00:00+02:00'])),
    onText('order.coupons', ['SUMMER', 'winter ']),
    onText('customer.status', ['new', 'returning']),
    onText('customer.country', ['DE', 'BR']),
    onOrdered('customer.orderNumber', number),
    onOrdered('customer.monthsSinceFirstOrder', number),
    onText('partner.id', [idOf('par', 1), idOf('par', 2)]),
    onText('partner.groups', GROUPS),
    onText('touch.kind', ['click', 'coupon']),
    onText('touch.sub1', ['a', 'b']),
    onOrdered('touch.daysBeforeOrder', number),
    onOrdered('customer.metadata.age', fc.integer({ min: 17, max: 20 })),
  );

const ofLine = (currency: string): fc.Arbitrary<object> =>
  fc.oneof(
    onText('line.category', CATEGORIES),
    onText('line.sku', SKUS),
    onOrdered('line.quantity', number),
    onOrdered(
      'line.unitPrice',
      minor(500_000n).map((amount) => ({ minor: amount, currency })),
    ),
    onOrdered(
      'line.total',
      minor(1_000_000n).map((amount) => ({ minor: amount, currency })),
    ),
    onText('line.metadata.colour', ['red', 'green', '7', '0.5']),
    ofOrder(currency),
  );

const condition = (leaf: fc.Arbitrary<object>): fc.Arbitrary<Condition> => {
  const parts = (part: fc.Arbitrary<object>): fc.Arbitrary<object> =>
    fc
      .record({ word: oneOf(['all', 'any']), list: fc.array(part, { maxLength: 3 }) })
      .map(({ word, list }) => ({ [word]: list }));
  return fc.oneof(
    leaf,
    parts(leaf),
    parts(fc.oneof(leaf, parts(leaf))),
    fc.constant({ all: [] }),
  ) as fc.Arbitrary<Condition>;
};

// ── amounts ───────────────────────────────────────────────────────────────────────────────────────────────────────

const money = (currency: string, max: bigint) => minor(max).map((amount) => ({ minor: amount, currency }));

const plain = (currency: string) =>
  fc.oneof(
    percent.map((each) => ({ percent: each })),
    money(currency, 50_000n).map((flat) => ({ flat })),
    money(currency, 20_000n).map((perUnit) => ({ perUnit })),
  );

const tiers = (currency: string) =>
  fc
    .record({
      by: oneOf(['count', 'revenue'] as const),
      of: oneOf(['partner', 'program'] as const),
      per: oneOf(PERIODS),
      mode: oneOf(['marginal', 'retroactive'] as const),
      from: fc.uniqueArray(fc.integer({ min: 1, max: 900_000 }), { minLength: 1, maxLength: 3 }),
      amounts: fc.tuple(plain(currency), plain(currency), plain(currency), plain(currency)),
    })
    .map(({ from, amounts, ...rest }) => ({
      ...rest,
      steps: [0, ...from.toSorted((a, b) => a - b)].map((begins, index) => ({
        from: String(rest.by === 'count' ? index * 9 + (begins % 9) : begins),
        amount: amounts[index] ?? amounts[0],
      })),
    }));

const amount = (currency: string): fc.Arbitrary<Amount> =>
  fc
    .record({
      base: fc.oneof(
        plain(currency),
        tiers(currency).map((table) => ({ tiers: table })),
      ),
      bounds: fc.option(fc.tuple(fc.nat(30_000), fc.nat(30_000)), { nil: undefined }),
    })
    .map(({ base, bounds = [] }) => {
      const [low, high] = bounds.toSorted((a, b) => a - b).map((each) => ({ minor: String(each), currency }));
      return { ...base, ...(low && high && { atLeast: low, atMost: high }) };
    });

const during = fc.record(
  {
    from: oneOf([instant('2026-01-01T00:00:00Z'), instant('2026-04-01T00:00:00Z')]),
    until: oneOf([instant('2026-05-01T00:00:00Z'), instant('2027-01-01T00:00:00Z')]),
    weekdays: someOf([1, 2, 3, 4, 5, 6, 7]),
    hours: oneOf([['00:00', '12:00'] as const, ['18:00', '24:00'] as const]),
  },
  { requiredKeys: ['from', 'until'] },
);

const groupsIn = (currency: string): fc.Arbitrary<Group[]> =>
  fc
    .array(
      fc.record(
        {
          when: condition(ofLine(currency)),
          amount: amount(currency),
          during,
          budget: money(currency, 300_000n),
        },
        { requiredKeys: ['when', 'amount'] },
      ),
      { minLength: 1, maxLength: 5 },
    )
    .map((groups) =>
      groups.map((group, index) => ({
        name: `g${index}`,
        rank: (index * 7 + 3) % 11,
        ...group,
        // Every other time one of them takes whatever comes.
        ...(index === 0 && groups.length % 2 === 1 && { when: { all: [] } }),
      })),
    );

const bonusesIn = (currency: string) =>
  fc
    .array(
      fc.record(
        {
          when: condition(ofOrder(currency)),
          amount: fc.oneof(
            percent.map((each) => ({ percent: each })),
            money(currency, 40_000n).map((flat) => ({ flat })),
          ),
          during,
        },
        { requiredKeys: ['when', 'amount'] },
      ),
      { maxLength: 2 },
    )
    .map((bonuses) => bonuses.map((bonus, index) => ({ name: `b${index}`, ...bonus })));

/** Seldom next to nothing. */
const limitMoney = (currency: string) =>
  fc.integer({ min: 20_000, max: 900_000 }).map((amount) => ({ minor: String(amount), currency }));

const limitsIn = (currency: string): fc.Arbitrary<Limit[]> =>
  fc.uniqueArray(
    fc.oneof(
      limitMoney(currency).map((each): Limit => ({ per: 'order', amount: each })),
      fc.record({
        per: oneOf(['partner', 'program'] as const),
        period: oneOf(PERIODS),
        amount: limitMoney(currency),
      }),
      fc.record({
        per: oneOf(['partner', 'program'] as const),
        period: oneOf(PERIODS),
        orders: fc.integer({ min: 1, max: 60 }),
      }),
    ),
    { maxLength: 3, selector: (limit) => `${limit.per} ${limit.period} ${'orders' in limit}` },
  );

/** Terms that can be read. */
export const arbitraryTerms = (currencies: readonly string[] = CURRENCIES): fc.Arbitrary<Terms> =>
  oneOf(currencies).chain((currency) =>
    fc
      .record(
        {
          rounding: oneOf(['half_up', 'half_even', 'down', 'up'] as const),
          groups: groupsIn(currency),
          bonuses: bonusesIn(currency),
          limits: limitsIn(currency),
          overrides: fc
            .record(
              { groups: groupsIn(currency), bonuses: bonusesIn(currency), limits: limitsIn(currency) },
              { requiredKeys: [] },
            )
            .map((words) => [{ name: 'own', partnerGroups: ['north'], ...words }]),
          exchange: fc.constant({ source: 'ecb', at: 'order' as const }),
        },
        { requiredKeys: ['rounding', 'groups', 'limits'] },
      )
      .map((words) => ({
        ...words,
        currency,
        vesting: [{ milestone: 'delivered' as const, percent: '100' }],
        returnWindowDays: 30,
      })),
  );

// ── orders ────────────────────────────────────────────────────────────────────────────────────────────────────────

const linesIn = (currency: string) =>
  fc
    .array(
      fc.record({
        category: oneOf(CATEGORIES),
        sku: oneOf(SKUS),
        quantity: fc.integer({ min: 1, max: 4 }),
        back: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(4)),
        price: fc.oneof(fc.nat(500), fc.integer({ min: 1_000, max: 900_000 })),
        colour: oneOf(COLOURS),
      }),
      { minLength: 1, maxLength: 5 },
    )
    .map((lines) =>
      lines.map(({ back, price, colour, ...line }, index) =>
        aLine({
          ...line,
          lineRef: `l${(index * 7) % 5}`,
          returnedQuantity: Math.min(back, line.quantity),
          unitPrice: { minor: String(price), currency },
          metadata: { colour },
        }),
      ),
    );

const orderIn = (currency: string): fc.Arbitrary<OrderFacts> =>
  fc
    .record({
      lines: linesIn(currency),
      placedAt: fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2026, 11) }).map(instantAt),
      couponCodes: fc.subarray(['summer', ' WINTER', 'x']),
      status: oneOf(['new', 'returning'] as const),
      country: oneOf(['DE', 'BR']),
      orderNumber: fc.integer({ min: 1, max: 6 }),
    })
    .map(({ lines, placedAt, couponCodes, status, country, orderNumber }) =>
      anOrder({
        currency,
        lines,
        placedAt,
        couponCodes,
        customer: {
          status,
          country,
          orderNumber,
          firstOrderAt: instant('2026-01-31T12:00:00Z'),
          metadata: { age: 18 },
        },
      }),
    );

const SHARES = [['1/1'], ['1/3', '1/3', '1/3'], ['2/5', '3/5'], ['1/7', '2/7', '4/7']] as const;

const RATES: Readonly<Record<string, string>> = { EUR: '0.9134', JPY: '0.0061', KWD: '2.97' };

const factsIn = (terms: Terms): fc.Arbitrary<Facts> =>
  fc
    .record({
      order: terms.exchange === undefined ? orderIn(terms.currency) : oneOf(CURRENCIES).chain(orderIn),
      timeZone: oneOf(ZONES),
      shares: oneOf(SHARES),
      own: fc.nat(2),
      groups: fc.subarray(GROUPS),
      kind: oneOf(['click', 'coupon']),
      sub1: oneOf(['a', 'b', 'c']),
    })
    .map(({ order, timeZone, shares, own, groups, kind, sub1 }) =>
      factsOn(order, {
        timeZone,
        credit: {
          shares,
          own: own % shares.length,
          groups,
          touch: { kind, subs: { sub1 }, touchedAt: instantAt(Date.parse(order.placedAt) - 4 * 86_400_000) },
        },
        exchange: exchangeOf(order.currency, terms.currency),
      }),
    );

const exchangeOf = (from: string, to: string): Exchange | undefined =>
  from === to ? undefined : { from, to, rate: RATES[from] ?? '1', source: 'ecb', at: instant('2026-01-01T00:00:00Z') };

const figuresFor = (terms: Terms): fc.Arbitrary<FiguresOfPeriods> =>
  fc
    .tuple(
      ...scopesOf(terms).map(({ name }) =>
        fc
          .record({
            orders: fc.nat(30),
            revenue: fc.integer({ min: 0, max: 600_000 }),
            earned: fc.nat(60_000),
            more: fc.nat(100_000),
          })
          .map(({ orders, revenue, earned, more }) => {
            const before = { orders, revenueMinor: BigInt(revenue), earnedMinor: BigInt(earned) };
            const others = {
              orders: orders + (more % 7),
              revenueMinor: BigInt(revenue + more),
              earnedMinor: BigInt(earned + more),
            };
            return [name, { from: instant('2026-01-01T00:00:00Z'), before, others }] as const;
          }),
      ),
    )
    .map((entries) => new Map(entries));

export interface Drawn {
  readonly terms: Terms;
  readonly facts: Facts;
  readonly figures: FiguresOfPeriods;
}

export const arbitraryCase = (terms: fc.Arbitrary<Terms> = arbitraryTerms()): fc.Arbitrary<Drawn> =>
  terms.chain((each) =>
    fc.record({ facts: factsIn(each), figures: figuresFor(each) }).map((rest) => ({ terms: each, ...rest })),
  );
