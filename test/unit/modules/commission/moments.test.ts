import { expect } from 'chai';
import { calculate } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import { commissionText } from '../../../../src/modules/commission/domain/explaining/commission-text.ts';
import { explanationText } from '../../../../src/modules/commission/domain/explaining/explanation-text.ts';
import { groundsOf } from '../../../../src/modules/commission/domain/explaining/grounds.ts';
import { whyText } from '../../../../src/modules/commission/domain/explaining/why-text.ts';
import { seenBy } from '../../../../src/modules/commission/domain/explaining/why.ts';
import { momentsIn } from '../../../../src/modules/commission/domain/explaining/words/moments.ts';
import type { FiguresOfPeriods } from '../../../../src/modules/commission/domain/periods/figures.ts';
import type { Terms } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { Money } from '../../../../src/shared/money.ts';
import { aCommission, aLine, anOrder, aTermsVersion, factsOn } from '../../../support/builders.ts';

const brl = (minor: bigint) => Money.of(minor, 'BRL');
const ZONE = 'Europe/Berlin';
const NONE = { orders: 0, revenueMinor: 0n, earnedMinor: 0n };
const month = {
  from: instant('2018-01-31T23:00:00Z'),
  until: instant('2018-02-28T23:00:00Z'),
  before: NONE,
  others: NONE,
};
const tiers = {
  by: 'count',
  of: 'partner',
  per: 'month',
  mode: 'marginal',
  steps: [{ from: '0', amount: { percent: '5' } }],
};
const terms = {
  groups: [
    { name: 'all', rank: 1, when: { fact: 'order.placedAt', atLeast: '2017-01-01T00:00:00.000Z' }, amount: { tiers } },
  ],
  limits: [],
} as unknown as Partial<Terms>;
const order = anOrder({ placedAt: instant('2018-02-10T22:30:07Z') });
const figures: FiguresOfPeriods = new Map([['tier:all', month]]);
const { explanation } = calculate(factsOn(order), aTermsVersion(terms), figures);
const earned = {
  commission: aCommission(),
  explanation: { ...explanation, calculatedAt: instant('2018-02-11T00:00:00Z') },
};
const outlook = { blockers: [], earliestPayableAt: instant('2018-03-31T22:00:00Z') };

describe('moments in explanations', () => {
  it('are those of the program’s clocks, with their distance from UTC, also where an hour comes twice', () => {
    const shown = momentsIn(ZONE);

    expect(shown(instant('2018-10-28T00:30:00Z'))).to.equal('2018-10-28 02:30 +02:00');
    expect(shown(instant('2018-10-28T01:30:00Z'))).to.equal('2018-10-28 02:30 +01:00');
    expect(shown(instant('2018-01-01T00:00:09.500Z'))).to.equal('2018-01-01 01:00:09 +01:00');
    expect(momentsIn('America/St_Johns')(instant('2018-01-01T00:00:00Z'))).to.equal('2017-12-31 20:30 -03:30');
    expect(momentsIn(undefined)(instant('2018-01-01T00:00:00Z'))).to.equal('2018-01-01T00:00:00.000Z');
  });

  it('name the zone once, and say as of when other orders were counted', () => {
    const [english, chinese] = [
      commissionText(earned, outlook, 'en', ZONE).split('\n'),
      commissionText(earned, outlook, 'zh', ZONE).split('\n'),
    ];

    expect(english).to.include('  as of 2018-02-11 01:00 +01:00, and so is what it says of other orders');
    expect(english).to.include('  order.placedAt: 2018-02-10 23:30:07 +01:00');
    expect(english.find((line) => line.includes('this order adds'))).to.include(
      'from 2018-02-01 00:00 +01:00 to 2018-03-01 00:00 +01:00 there were 0; this order adds 1',
    );
    expect(english).to.include('  if all goes well from now on, it can be paid from 2018-04-01 00:00 +02:00');
    expect(english.filter((line) => line.includes(ZONE))).to.deep.equal([`  times are those of ${ZONE}`]);
    expect(chinese).to.include('  截至 2018-02-11 01:00 +01:00，其中有关其他订单的数据亦然');
    expect(chinese).to.include(`  时间均为 ${ZONE} 时区`);
  });

  it('stand so in what a promotion is on by, and word for word where the terms are quoted', () => {
    const always = { all: [] };
    const during = { from: instant('2018-03-01T00:00:00Z'), until: instant('2018-04-01T00:00:00Z') };
    const name = 'of 2018-03-01T00:00:00.000Z';
    const groups = [
      { name, rank: 1, when: always, amount: { percent: '9' }, during },
      {
        name: 'early',
        rank: 2,
        when: { fact: 'order.placedAt', lessThan: '2018-01-01T00:00:00.000Z' },
        amount: { percent: '8' },
      },
    ];
    const version = aTermsVersion({ groups, limits: [] } as unknown as Partial<Terms>);
    const { explanation: told } = calculate(factsOn(order), version, new Map());

    const [english, chinese] = [explanationText(told, 'en', ZONE), explanationText(told, 'zh', ZONE)];

    expect(english).to.include(
      `not "${name}" (rank 1): placed from 2018-03-01 01:00 +01:00 until 2018-04-01 02:00 +02:00`,
    );
    expect(english).to.include('"2018-01-01T00:00:00.000Z"');
    expect(chinese).to.include(`“${name}”`).and.to.include('2018-03-01 01:00 +01:00');
  });

  it('say when it was paid, of what waits for nothing any more', () => {
    const paid = aCommission({ state: 'paid', paidAt: instant('2018-03-05T10:00:00Z') });

    expect(commissionText({ ...earned, commission: paid }, { blockers: [] }, 'en', ZONE)).to.include(
      '\n  it is paid, since 2018-03-05 11:00 +01:00\n',
    );
    expect(commissionText({ ...earned, commission: paid }, { blockers: [] }, 'zh', ZONE)).to.include(
      '\n  已于 2018-03-05 11:00 +01:00 付清\n',
    );
  });

  it('say that others of its period made the difference, where the order and the terms are as they were', () => {
    const sinceLock = { ...explanation, total: { minor: '0', currency: 'BRL' } };
    const clawed = (grounds: string) =>
      aCommission({ ...{ state: 'locked', amount: brl(500n), clawedBack: brl(500n), adjusted: brl(100n) }, grounds });
    const page = (grounds: string, language: 'en' | 'zh') =>
      commissionText({ ...earned, commission: clawed(grounds), sinceLock }, { blockers: [] }, language);

    const same = groundsOf(JSON.parse(JSON.stringify(sinceLock)) as typeof sinceLock);
    expect(page(same, 'en')).to.include(
      '5.00 BRL of it was taken back, because other orders of its period came or went\n',
    );
    expect(page(same, 'en')).to.include('added 1.00 BRL to it, because other orders of its period came or went\n');
    expect(page(same, 'zh')).to.include('锁定后已追回其中 5.00 BRL（原因：同期的其他订单有增减）');
    expect(page('other', 'en')).to.include('5.00 BRL of it was taken back\n');
  });

  it('stand so in why an order earned what it earned', () => {
    const seen = seenBy({ order, timeZone: ZONE, commissions: [earned] }, undefined)!;

    const page = whyText(seen, 'en');

    expect(page)
      .to.include(', placed 2018-02-10 23:30:07 +01:00, now ')
      .and.to.include(`\n  times are those of ${ZONE}\n`);
  });
});

describe('what an explanation rests on', () => {
  it('is the same whatever others bring to its periods, and another where goods or terms are', () => {
    const of = (given = order, version = aTermsVersion(terms), others = month) =>
      groundsOf(calculate(factsOn(given), version, new Map([['tier:all', others]])).explanation);

    expect(of(order, aTermsVersion(terms), { ...month, before: { ...NONE, orders: 7 } })).to.equal(of());
    expect(of(anOrder({ ...order, lines: [aLine({ quantity: 2 })] }))).not.to.equal(of());
    expect(of(order, aTermsVersion(terms, { version: 2, termsId: 'trm_01h455vb4pex5vsknk084sn02q' }))).not.to.equal(
      of(),
    );
  });
});
