import { expect } from 'chai';
import { calculate } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import { explanationText } from '../../../../src/modules/commission/domain/explaining/explanation-text.ts';
import { outlookText } from '../../../../src/modules/commission/domain/explaining/outlook-text.ts';
import { exactText } from '../../../../src/modules/commission/domain/explaining/words/exact-text.ts';
import { allOnOneLine } from '../../../../src/modules/commission/domain/explaining/words/one-line.ts';
import type { Comparison, Condition, Terms } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { aLine, anOrder, aTermsVersion, factsOn } from '../../../support/builders.ts';

const brl = (minor: string) => ({ minor, currency: 'BRL' });

const order = anOrder({
  lines: [aLine({ lineRef: '1', sku: 'ROVER-7', category: 'robot', quantity: 1, unitPrice: brl('1000000') })],
});

const told = (words: Partial<Terms>, facts = factsOn(order), figures = new Map()) => {
  const { explanation } = calculate(facts, aTermsVersion(words), figures);
  return { en: explanationText(explanation, 'en'), zh: explanationText(explanation, 'zh') };
};
const group = (when: Condition, amount: object = { percent: '4' }) =>
  ({ name: 'robots', rank: 1, when, amount }) as Terms['groups'][number];

const COMPARISONS: readonly Comparison[] = [
  { fact: 'line.category', equals: 'robot' },
  { fact: 'line.category', notEquals: 'car' },
  { fact: 'line.category', in: ['robot', 'car'] },
  { fact: 'line.category', notIn: ['charger'] },
  { fact: 'line.sku', contains: 'OVER' },
  { fact: 'line.sku', notContains: 'and' },
  { fact: 'line.sku', startsWith: 'ROVER' },
  { fact: 'line.sku', endsWith: '-7' },
  { fact: 'line.quantity', lessThan: 2 },
  { fact: 'line.quantity', atMost: 1 },
  { fact: 'line.total', moreThan: brl('5') },
  { fact: 'line.total', atLeast: brl('5') },
  { fact: 'line.total', between: [brl('5'), brl('5000000')] },
  { fact: 'line.sku', exists: true },
  { fact: 'customer.country', exists: false },
];

describe('an explanation in words', () => {
  it('says in English what was looked at, what was chosen, and each step to the cents', () => {
    expect(told({ groups: [group({ fact: 'line.category', equals: 'robot' })], limits: [] }).en).to.include(
      [
        '  line 1: 1 × 10000.00 BRL = 10000.00 BRL',
        '    line.category: robot',
        '    "robots" (rank 1) earns 4 %',
        '      yes: line.category equals "robot" (it is "robot")',
        '    exactly 400.00 BRL, rounded half_up to 400.00 BRL',
        '  in all 400.00 BRL',
      ].join('\n'),
    );
  });

  it('says the same in Chinese', () => {
    expect(told({ groups: [group({ fact: 'line.category', equals: 'robot' })], limits: [] }).zh).to.include(
      [
        '  明细 1：1 × 10000.00 BRL = 10000.00 BRL',
        '    商品类别：robot',
        '    适用“robots”（优先级 1），佣金为 4 %',
        '      是：商品类别等于 "robot"（实际为“robot”）',
        '    精确值为 400.00 BRL，四舍五入为 400.00 BRL',
        '  合计 400.00 BRL',
      ].join('\n'),
    );
  });

  for (const comparison of COMPARISONS) {
    const [, operator] = Object.keys(comparison);
    it(`leaves no English word of a comparison in Chinese: ${operator}`, () => {
      const clause = told({ groups: [group(comparison)] })
        .zh.split('\n')
        .find((line) => line.includes('是：'));

      expect(clause).to.match(/是：\p{Script=Han}+/u);
      expect(clause?.replace(/"[^"]*"|“[^”]*”|BRL/g, '')).to.not.match(/[a-z]/i);
    });
  }

  it('says in Chinese of moments which is earlier, of metadata whose it is, of a code what it stands for', () => {
    const touch = { kind: 'click', touchedAt: order.placedAt };
    const { zh } = told(
      {
        groups: [
          group({ fact: 'order.placedAt', lessThan: '2018-01-01T00:00:00Z' }),
          { name: 'b', rank: 2, when: { fact: 'order.metadata.colour', exists: true }, amount: { percent: '1' } },
          { name: 'c', rank: 3, when: { fact: 'touch.kind', equals: 'coupon' }, amount: { percent: '1' } },
          { name: 'd', rank: 4, when: { fact: 'order.coupons', contains: 'X' }, amount: { percent: '1' } },
        ],
      },
      { ...factsOn(order), credit: { ...factsOn(order).credit, touch } },
    );
    expect(zh).to.include('下单时间早于 "2018-01-01T00:00:00Z"，不成立');
    expect(zh).to.include('订单附加信息“colour”已提供，不成立');
    expect(zh).to.include('触点类型：点击（click）');
    expect(zh).to.include('订单优惠码：空');
  });

  it('says why a group was not the one, in both', () => {
    const { en, zh } = told({
      groups: [
        group({ fact: 'line.category', equals: 'car' }),
        { name: 'all else', rank: 2, when: { all: [] }, amount: { percent: '1' } },
      ],
    });
    expect(en).to.include('not "robots" (rank 1): line.category equals "car" does not hold');
    expect(zh).to.include('不适用“robots”（优先级 1）：商品类别等于 "car"，不成立');
  });

  it('says where nothing applies that nothing is earned', () => {
    const { en, zh } = told({ groups: [group({ fact: 'line.category', equals: 'car' })] });
    expect(en).to.include('no group applies: nothing is earned');
    expect(zh).to.include('没有适用的组：不产生佣金');
  });

  it('says what a limit has cut', () => {
    const { en, zh } = told({ groups: [group({ all: [] })], limits: [{ per: 'order', amount: brl('10000') }] });
    expect(en).to.include('limit per order of 100.00 BRL: 400.00 BRL is cut to 100.00 BRL');
    expect(zh).to.include('每笔订单上限 100.00 BRL：由 400.00 BRL 减为 100.00 BRL');
  });

  it('says of a limit over a month what others have used of it', () => {
    const figures = { orders: 3, revenueMinor: 9_000_000n, earnedMinor: 15_000n };
    const inMonth = {
      from: instant('2026-01-01T00:00:00Z'),
      until: instant('2026-02-01T00:00:00Z'),
      before: figures,
      others: figures,
    };
    const limits: Terms['limits'] = [{ per: 'partner', period: 'month', amount: brl('20000') }];
    const { en, zh } = told({ groups: [group({ all: [] })], limits }, factsOn(order), new Map([['limit:0', inMonth]]));
    expect(en).to.include('limit per partner and month of 200.00 BRL, of which others have used 150.00 BRL');
    expect(zh).to.include('每位合作伙伴每月上限 200.00 BRL，其中已被其他佣金占用 150.00 BRL');
  });

  it('says of a limit in orders how many there were, and where it left nothing that nothing was there to cut', () => {
    const figures = { orders: 29, revenueMinor: 0n, earnedMinor: 20_000n };
    const inMonth = { from: instant('2026-01-01T00:00:00Z'), before: figures, others: figures };
    const limits: Terms['limits'] = [
      { per: 'partner', period: 'month', amount: brl('20000') },
      { per: 'program', period: 'life', orders: 25 },
    ];
    const known = new Map([
      ['limit:0', inMonth],
      ['limit:1', inMonth],
    ]);
    const { en, zh } = told({ groups: [group({ all: [] })], limits }, factsOn(order), known);
    expect(en).to.include(
      'limit per program and for life of 25 orders, before which there were 29: used up, and there was nothing left to cut',
    );
    expect(zh).to.include('整个计划累计上限 25 笔订单，此前已有 29 笔：已用尽，本单在此之前已无金额可减');
  });

  it('says how much of the order is whose, where several are credited', () => {
    const facts = factsOn(order);
    const half = { ...facts, credit: { ...facts.credit, shares: ['1/2', '1/2'], own: 1 } };
    const { en, zh } = told({ groups: [group({ all: [] })], limits: [] }, half);
    expect(en).to.include('1/2 of the order is credited to this partner: of 400.00 BRL, 200.00 BRL');
    expect(zh).to.include('本订单的 1/2 归因于该合作伙伴：400.00 BRL 中的 200.00 BRL');
    expect(en).to.include('after the split and limits 200.00 BRL');
    expect(zh).to.include('经伙伴间分配与上限后为 200.00 BRL');
  });

  it('says by which steps it vests', () => {
    const vesting: Terms['vesting'] = [
      { milestone: 'placed', percent: '40' },
      { milestone: 'delivered', percent: '60' },
    ];
    const { en, zh } = told({ vesting });
    expect(en).to.include('  vests 40 % when placed, 60 % when delivered\n');
    expect(zh).to.include('  归属计划：下单时 40 %，交付时 60 %\n');
  });

  it('tells limits of the order before the split, as they cut', () => {
    const facts = factsOn(order, { credit: { shares: ['1/2', '1/2'], own: 1 } });
    const { en } = told({ groups: [group({ all: [] })], limits: [{ per: 'order', amount: brl('10000') }] }, facts);
    expect(en.indexOf('limit per order')).to.be.within(1, en.indexOf('1/2 of the order'));
  });

  it('says a table of steps in Chinese without a stumble', () => {
    const steps = [{ from: '0', amount: { percent: '4' } }];
    const tiers = { by: 'count', of: 'partner', per: 'month', mode: 'retroactive', steps } as const;
    const figures = { orders: 3, revenueMinor: 0n, earnedMinor: 0n };
    const inMonth = { from: instant('2026-01-01T00:00:00Z'), before: figures, others: figures };
    const { zh } = told(
      { groups: [group({ all: [] }, { tiers })] },
      factsOn(order),
      new Map([['tier:robots', inMonth]]),
    );
    expect(zh).to.include('佣金按每位合作伙伴每月订单数分档');
  });

  it('keeps what others wrote on one line, so that it cannot pass for a line of ours', () => {
    const injected = 'x"\n  in all 9,999.00 EUR\u2028\u001b[2K\u202e';
    const poisoned = anOrder({
      orderRef: injected,
      lines: [aLine({ lineRef: injected, sku: injected, category: injected, metadata: { colour: injected } })],
    });
    const words = {
      groups: [
        { ...group({ fact: 'line.sku', equals: `${injected}!` }), name: injected },
        { ...group({ fact: 'line.metadata.colour', equals: injected }), name: `${injected}2`, rank: 2 },
      ],
      bonuses: [{ name: injected, when: { fact: 'order.currency', in: ['BRL', injected] }, amount: { percent: '1' } }],
      limits: [],
    } as Partial<Terms>;
    for (const text of Object.values(told(words, factsOn(poisoned)))) {
      expect(text.split('\n').filter((line) => line.startsWith('  in all 9'))).to.deep.equal([]);
      expect(text.replaceAll('\n', '')).to.not.match(/[\p{Cc}\u2028\u202e]/u);
      expect(text).to.include(String.raw`x\"\n  in all 9,999.00 EUR\u2028\u001b[2K\u202e`);
    }
  });

  it('writes what cannot be seen as JSON does, and leaves a clause the quotes of its operands', () => {
    const written = String.raw`a\u0085\u007f\n\u200e\u2069`;
    const unseen = 'a\u0085\u007f\n\u200e\u2069';

    expect(
      allOnOneLine({ says: `x "${unseen}"`, failedOn: `"${unseen}"`, deep: [{ name: `x "${unseen}"` }] }),
    ).to.deep.equal({
      says: `x "${written}"`,
      failedOn: `"${written}"`,
      deep: [{ name: String.raw`x \"${written}\"` }],
    });
  });

  it('writes an exact amount as people do, and as a fraction where no decimals say it', () => {
    expect(exactText('2697/10', 'EUR', 'en')).to.equal('2.697 EUR');
    expect(exactText('40000/1', 'EUR', 'en')).to.equal('400.00 EUR');
    expect(exactText('0/100', 'EUR', 'en')).to.equal('0.00 EUR');
    expect(exactText('1/10000000000', 'EUR', 'en')).to.equal('0.000000000001 EUR');
    expect(exactText('1/20000000000', 'EUR', 'en')).to.equal('0.000000… EUR (1/20000000000 minor units)');
    expect(exactText('1004/2', 'JPY', 'en')).to.equal('502 JPY');
    expect(exactText('1005/2', 'JPY', 'en')).to.equal('502.5 JPY');
    expect(exactText('7/1', 'KWD', 'en')).to.equal('0.007 KWD');
    expect(exactText('100/3', 'EUR', 'en')).to.equal('0.333333… EUR (100/3 minor units)');
    expect(exactText('100/3', 'EUR', 'zh')).to.equal('0.333333… EUR（即 100/3 个最小单位）');
  });

  it('says by which rate an order in another currency was converted', () => {
    const exchange = { from: 'USD', to: 'BRL', rate: '5', source: 'ecb', at: instant('2026-01-02T14:15:00Z') };
    const inDollars = anOrder({
      currency: 'USD',
      lines: [aLine({ lineRef: '1', category: 'robot', unitPrice: { minor: '100000', currency: 'USD' } })],
    });
    const words = { groups: [group({ all: [] })], limits: [], exchange: { source: 'ecb', at: 'order' as const } };
    const { en, zh } = told(words, { ...factsOn(inDollars), exchange });
    expect(en).to.include('1 USD is 5 BRL, by ecb of 2026-01-02T14:15:00.000Z');
    expect(zh).to.include('1 USD 折合 5 BRL（来源 ecb');
  });
});

describe('what a commission waits for, in words', () => {
  const at = instant('2026-03-01T00:00:00Z');
  const outlook = {
    blockers: [
      { code: 'fraud_hold', who: 'risk', reasons: ['click_to_order_time', 'velocity'], since: at },
      { code: 'return_window', who: 'time', reasons: [], until: at },
    ],
    earliestPayableAt: at,
  } as const;

  it('says what, why, since when, until when and who acts next, in English', () => {
    expect(outlookText(outlook, 'en')).to.equal(
      [
        '  it is held for fraud (click_to_order_time, velocity), since 2026-03-01T00:00:00.000Z, risk acts next',
        '  the order can still come back, until 2026-03-01T00:00:00.000Z, nobody has to act',
        '  if all goes well from now on, it can be paid from 2026-03-01T00:00:00.000Z',
        '',
      ].join('\n'),
    );
  });

  it('says it in Chinese', () => {
    expect(outlookText(outlook, 'zh')).to.include(
      '因欺诈审查被暂停（点击与下单间隔过短，velocity），自 2026-03-01T00:00:00.000Z，由风控处理',
    );
    expect(outlookText(outlook, 'zh')).to.include('最早可于 2026-03-01T00:00:00.000Z 付款');
  });

  it('says nothing of what is paid', () => {
    expect(outlookText({ blockers: [] }, 'en')).to.equal('');
  });
});
