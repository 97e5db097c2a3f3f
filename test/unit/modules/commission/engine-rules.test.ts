import { expect } from 'chai';
import { calculate } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import type { Facts } from '../../../../src/modules/commission/domain/engine/facts.ts';
import type { Condition } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { aLine, anOrder, aTermsVersion, factsOn } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';

const brl = (minor: string) => ({ minor, currency: 'BRL' });

/** 3 × 100.00 BRL less one that came back, of a known customer, by a partner of two groups, three days after a click. */
const FACTS: Facts = factsOn(
  anOrder({
    placedAt: instant('2026-03-01T01:30:00Z'),
    couponCodes: ['ＳＵＭＭＥＲ ', 'vip'],
    metadata: { shop: 'north', deposit: '12.50', points: 9007199254740993n.toString(), gift: true, note: '' },
    customer: {
      status: 'returning',
      country: 'BR',
      orderNumber: 2,
      firstOrderAt: instant('2026-01-31T12:00:00Z'),
      metadata: { age: 41 },
    } as never,
    lines: [
      aLine({
        ...{ sku: 'ROVER-7', category: 'robot', quantity: 3, returnedQuantity: 1 },
        metadata: { colour: 'red', weight: 1e-7, big: 1e21 },
      }),
    ],
  }),
  {
    credit: {
      groups: ['gold', 'north'],
      touch: {
        kind: 'click',
        touchedAt: instant('2026-02-25T02:00:00Z'),
        campaign: 'spring',
        subs: { sub1: 'a', sub2: 'b', sub3: 'c', sub4: 'd', sub5: 'e' },
      },
    },
  },
);

const isTrue = (when: Condition, facts = FACTS): boolean => {
  const groups = [{ name: 'g', rank: 1, when, amount: { flat: brl('1') } }];
  return calculate(facts, aTermsVersion({ groups, limits: [] }), new Map()).total.minor === 1n;
};

/** By what is looked at: what holds of it, and what does not. */
const TABLE: Readonly<Record<string, { readonly yes: readonly object[]; readonly no: readonly object[] }>> = {
  'order.currency': { yes: [{ equals: 'BRL' }], no: [{ equals: 'brl' }, { notEquals: 'BRL' }] },
  'order.total': {
    yes: [
      ...[{ equals: brl('20000') }, { atLeast: brl('20000') }, { atMost: brl('20000') }, { moreThan: brl('19999') }],
      ...[{ lessThan: brl('20001') }, { between: [brl('20000'), brl('20000')] }, { in: [brl('1'), brl('20000')] }],
      { notIn: [brl('20001')] },
    ],
    no: [
      ...[{ moreThan: brl('20000') }, { lessThan: brl('20000') }, { atLeast: brl('20001') }, { atMost: brl('19999') }],
      ...[{ between: [brl('20001'), brl('30000')] }, { between: [brl('1'), brl('19999')] }, { in: [brl('1')] }],
      { notEquals: brl('20000') },
    ],
  },
  'order.placedAt': {
    yes: [
      ...[{ equals: '2026-02-28T22:30:00-03:00' }, { atLeast: '2026-03-01T01:30:00Z' }],
      ...[{ lessThan: '2026-03-01T01:30:00.001Z' }, { moreThan: '2026-03-01T01:29:59.999Z' }],
    ],
    no: [{ lessThan: '2026-03-01T01:30:00Z' }, { moreThan: '2026-03-01T01:30:00Z' }],
  },
  'order.coupons': {
    yes: [{ equals: 'summer' }, { contains: ' Summer' }, { in: ['x', 'VIP'] }, { startsWith: 'SUM' }, { notIn: ['x'] }],
    no: [{ equals: 'summ' }, { contains: 'umm' }, { notContains: 'vip' }, { notEquals: 'VIP' }, { endsWith: 'x' }],
  },
  'order.metadata.shop': {
    yes: [{ startsWith: 'no' }, { exists: true }],
    no: [{ equals: 'North' }, { exists: false }],
  },
  'order.metadata.deposit': {
    yes: [{ equals: 12.5 }, { atLeast: '12.5' }, { in: [1, 12.5] }, { between: ['12.4', 12.6] }, { equals: '12.50' }],
    no: [{ equals: '12.5' }, { moreThan: 12.5 }, { lessThan: 12.5 }, { notIn: [12.5] }],
  },
  'order.metadata.points': {
    yes: [{ moreThan: '9007199254740992' }, { lessThan: '9007199254740994' }],
    no: [{ atMost: '9007199254740992' }, { atLeast: '9007199254740994' }],
  },
  'order.metadata.gift': { yes: [{ equals: 'true' }, { exists: true }], no: [{ equals: 'false' }] },
  'order.metadata.note': { yes: [{ exists: false }, { equals: '' }], no: [{ exists: true }] },
  'order.metadata.none': { yes: [{ exists: false }], no: [{ exists: true }] },
  'line.sku': { yes: [{ endsWith: '-7' }, { contains: 'VER' }], no: [{ endsWith: 'ROVER' }, { startsWith: '-7' }] },
  'line.category': { yes: [{ in: ['robot'] }, { notContains: 'R' }], no: [{ in: [] }, { notIn: ['robot'] }] },
  'line.quantity': {
    yes: [{ equals: 2 }, { equals: '2.0' }, { lessThan: 2.5 }, { moreThan: '1.9' }, { between: [2, 2] }],
    no: [{ equals: 3 }, { lessThan: 2 }, { moreThan: 2 }, { atLeast: '2.01' }, { atMost: 1 }],
  },
  'line.unitPrice': { yes: [{ equals: brl('10000') }], no: [{ equals: brl('20000') }] },
  'line.total': { yes: [{ equals: brl('20000') }], no: [{ equals: brl('10000') }] },
  'line.metadata.colour': { yes: [{ equals: 'red' }], no: [{ equals: 'blue' }] },
  'line.metadata.weight': { yes: [{ equals: '1e-7' }, { atMost: '0.0000001' }], no: [{ moreThan: '0.0000001' }] },
  'line.metadata.big': { yes: [{ atLeast: '1000000000000000000000' }], no: [{ lessThan: '1000000000000000000000' }] },
  'customer.status': { yes: [{ equals: 'returning' }], no: [{ equals: 'new' }] },
  'customer.country': { yes: [{ in: ['DE', 'BR'] }], no: [{ in: ['DE'] }] },
  'customer.orderNumber': { yes: [{ moreThan: 1 }], no: [{ atMost: 1 }] },
  // By the clocks of São Paulo it is still the last day of February, and the month that began on the 31st is over.
  'customer.monthsSinceFirstOrder': { yes: [{ equals: 1 }], no: [{ equals: 2 }, { equals: 0 }] },
  'customer.metadata.age': { yes: [{ between: [41, 42] }], no: [{ between: [42, 43] }] },
  'partner.id': { yes: [{ equals: idOf('par', 1) }], no: [{ equals: idOf('par', 2) }] },
  'partner.groups': {
    yes: [{ equals: 'gold' }, { contains: 'north' }, { in: ['x', 'gold'] }, { startsWith: 'nor' }, { notIn: ['x'] }],
    no: [{ equals: 'Gold' }, { contains: 'ol' }, { notContains: 'gold' }, { endsWith: 'g' }],
  },
  'touch.kind': { yes: [{ equals: 'click' }], no: [{ equals: 'coupon' }] },
  'touch.campaign': { yes: [{ equals: 'spring' }], no: [{ equals: 'autumn' }] },
  'touch.sub1': { yes: [{ equals: 'a' }], no: [{ equals: 'b' }] },
  'touch.sub2': { yes: [{ equals: 'b' }], no: [{ equals: 'c' }] },
  'touch.sub3': { yes: [{ equals: 'c' }], no: [{ equals: 'd' }] },
  'touch.sub4': { yes: [{ equals: 'd' }], no: [{ equals: 'e' }] },
  'touch.sub5': { yes: [{ equals: 'e' }], no: [{ equals: 'a' }] },
  // Half an hour short of four.
  'touch.daysBeforeOrder': { yes: [{ equals: 3 }, { lessThan: 3.5 }], no: [{ atLeast: 4 }, { lessThan: 3 }] },
};

describe('what a condition sees of an order', () => {
  for (const [fact, { yes, no }] of Object.entries(TABLE))
    it(`is what the order has, to the last digit: ${fact}`, () => {
      for (const each of yes) expect(isTrue({ fact, ...each } as Condition), JSON.stringify(each)).to.equal(true);
      for (const each of no) expect(isTrue({ fact, ...each } as Condition), JSON.stringify(each)).to.equal(false);
    });

  it('is that nobody gave what is empty', () => {
    const bare = factsOn(anOrder({ lines: [aLine({ category: '' })] }));
    for (const fact of ['order.coupons', 'partner.groups', 'line.category', 'customer.country', 'touch.sub1'])
      expect(isTrue({ fact, exists: false } as Condition, bare), fact).to.equal(true);
  });
});

describe('conditions of several parts', () => {
  const [yes, no]: readonly Condition[] = [
    { fact: 'line.category', equals: 'robot' },
    { fact: 'line.category', equals: 'car' },
  ];
  const T = yes!;
  const F = no!;

  it('hold as all or any of them do, however deep', () => {
    for (const [when, expected] of [
      [{ all: [] }, true],
      [{ any: [] }, false],
      [{ all: [T, F] }, false],
      [{ any: [F, T] }, true],
      [{ any: [F, F] }, false],
      [{ all: [{ any: [F, T] }, T] }, true],
      [{ all: [{ any: [F, T] }, F] }, false],
      [{ all: [{ any: [F, F] }, T] }, false],
      [{ all: [T, { any: [] }] }, false],
      [{ any: [{ all: [T, F] }, { all: [T, T] }] }, true],
      [{ any: [{ all: [T, F] }, { all: [F, T] }] }, false],
    ] as const satisfies readonly (readonly [Condition, boolean])[])
      expect(isTrue(when), JSON.stringify(when)).to.equal(expected);
  });

  it('fail on the first part that does not hold', () => {
    const other: Condition = { fact: 'line.sku', equals: 'x' };
    const failedOn = (when: Condition) => {
      const groups = [{ name: 'g', rank: 1, when, amount: { percent: '1' } }];
      const { explanation } = calculate(FACTS, aTermsVersion({ groups, limits: [] }), new Map());
      return explanation.lines[0]?.passedOver.map((each) => each.failedOn);
    };

    expect(failedOn({ all: [T, other, F] })).to.deep.equal(['line.sku equals "x"']);
    expect(failedOn({ all: [{ all: [T] }, { any: [other, F] }, F] })).to.deep.equal(['line.sku equals "x"']);
    expect(failedOn({ any: [other, F] })).to.deep.equal(['line.sku equals "x"']);
    expect(failedOn({ any: [] })).to.deep.equal(['none of its parts']);
  });
});

describe('a promotion', () => {
  const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
  const [from, until] = [instant('2026-03-01T00:00:00Z'), instant('2026-04-01T00:00:00Z')];
  /** Noon in São Paulo; the second of March is a Monday. */
  const on = (weekday: number, time = '15:00:00Z') =>
    factsOn(anOrder({ placedAt: instant(`2026-03-0${weekday + 1}T${time}`) }));
  const failedOn = (during: object, facts: Facts) => {
    const groups = [
      { name: 'g', rank: 1, when: { all: [] }, amount: { percent: '1' }, during: { from, until, ...during } },
    ];
    const { explanation } = calculate(facts, aTermsVersion({ groups, limits: [] }), new Map());
    return explanation.lines[0]?.passedOver[0]?.failedOn;
  };

  for (const [index, day] of DAYS.entries())
    it(`is on, by the clocks of the program, only on its days: ${day}`, () => {
      const [own, others] = [[index + 1], DAYS.flatMap((_, other) => (other === index ? [] : [other + 1]))];

      expect(failedOn({ weekdays: own }, on(index + 1))).to.equal(undefined);
      expect(failedOn({ weekdays: others }, on(index + 1))).to.equal(
        `placed on a ${DAYS.filter((each) => each !== day).join(', ')}`,
      );
      // Three hours later in Greenwich, where the next day begins.
      expect(failedOn({ weekdays: own }, on(index + 2, '02:59:59Z'))).to.equal(undefined);
      expect(failedOn({ weekdays: own }, on(index + 2, '03:00:00Z'))).to.equal(`placed on a ${day}`);
    });

  it('is on from its first hour until its last, which does not count', () => {
    const hours = ['11:00', '12:30'] as const;
    const at = (time: string) => failedOn({ hours }, on(1, time));
    const off = 'placed from 11:00 until 12:30';

    expect([at('13:59:59.999Z'), at('14:00:00Z')]).to.deep.equal([off, undefined]);
    expect([at('15:29:59.999Z'), at('15:30:00Z')]).to.deep.equal([undefined, off]);
  });

  it('is on from its beginning until its end, which does not count', () => {
    const at = (moment: string) => failedOn({}, factsOn(anOrder({ placedAt: instant(moment) })));
    const off = `placed from ${from} until ${until}`;

    expect([at('2026-02-28T23:59:59.999Z'), at(from)]).to.deep.equal([off, undefined]);
    expect([at('2026-03-31T23:59:59.999Z'), at(until)]).to.deep.equal([undefined, off]);
  });
});

describe('a rule that cannot be read', () => {
  for (const [when, says] of [
    [{ fact: 'line.category', equals: 5 }, 'a text is compared with 5'],
    [{ fact: 'line.category', in: ['a', 5] }, 'a text is compared with 5'],
    [{ fact: 'line.category', lessThan: 'b' }, 'texts have no order: lessThan'],
    [{ fact: 'line.quantity', equals: 'many' }, '"many" is no decimal'],
    [{ fact: 'line.quantity', equals: brl('5') }, 'is no decimal'],
    [{ fact: 'line.quantity', startsWith: '5' }, 'only texts have parts: startsWith'],
    [{ fact: 'line.quantity', between: ['1'] }, 'between has two ends'],
    [{ fact: 'line.quantity', between: [] }, 'between has two ends'],
    [{ fact: 'order.placedAt', atLeast: 5 }, 'a text is compared with 5'],
    [{ fact: 'order.colour', equals: 'red' }, 'there is no fact order.colour'],
  ] as const)
    it(`stops the calculation, and never becomes a default: ${JSON.stringify(when)}`, () => {
      expect(() => isTrue(when as unknown as Condition)).to.throw(says);
    });
});
