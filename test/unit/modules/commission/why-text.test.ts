import { expect } from 'chai';
import type { DecidedOrder } from '../../../../src/modules/attribution/index.ts';
import { calculate } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import { type Known, seenBy } from '../../../../src/modules/commission/domain/explaining/why.ts';
import { whyText } from '../../../../src/modules/commission/domain/explaining/why-text.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { Money } from '../../../../src/shared/money.ts';
import { aCommission, anOrder, aTermsVersion, factsOn } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';

const [LENA, KUPFER] = [idOf('par', 1), idOf('par', 2)];
const CREDITED = instant('2018-01-03T10:00:00Z');
const order = anOrder({ orderRef: 'A-1\n  in all' });

const touch = (partnerId: typeof LENA | null, kind: string, fate: string, share: string | null = null) => ({
  ...{ touchId: idOf('clk', 1), partnerId, kind, occurredAt: instant('2018-01-01T09:00:00Z'), fate, share },
});
const decision: DecidedOrder = {
  orderId: order.orderId,
  conversionId: idOf('cnv', 1),
  policyVersion: 2,
  decidedAt: CREDITED,
  partners: [
    { partnerId: LENA, share: '2/3' },
    { partnerId: KUPFER, share: '1/3' },
  ],
  reason: null,
  touches: [
    touch(null, 'click', 'unknown_link'),
    touch(KUPFER, 'coupon\t', 'won', '1/3'),
    touch(LENA, 'click', 'won', '2/3'),
    touch(LENA, 'click', 'brand\nnew'),
  ],
};
const { explanation } = calculate(
  factsOn(order, { credit: { shares: ['2/3', '1/3'], own: 0 } }),
  aTermsVersion({ groups: [{ name: 'all', rank: 1, when: { all: [] }, amount: { percent: '6' } }], limits: [] }),
  new Map(),
);
const hash = explanation.terms.hash.slice(0, 12);
const brl = (minor: bigint) => Money.of(minor, 'BRL');
const shrunk = aCommission({
  ...{ id: idOf('com', 1), amount: brl(400n), clawedBack: brl(100n), state: 'locked', endReason: 'lines_returned' },
});
const gone = aCommission({
  ...{ id: idOf('com', 2), partnerId: KUPFER, amount: brl(200n), state: 'reversed', endReason: 'order_cancelled' },
});
const known: Known = {
  order,
  decision,
  commissions: [
    { commission: shrunk, explanation },
    { commission: gone, explanation: undefined },
  ],
};

const page = (of: Known, viewer: typeof LENA | undefined, language: 'en' | 'zh') =>
  whyText(seenBy(of, viewer)!, language).split('\n');

describe('why an order earned what it earned, as a page', () => {
  it('names to staff every touch and every commission, with what became of them', () => {
    expect(page(known, undefined, 'en')).to.deep.equal([
      String.raw`Order A-1\n  in all (${order.orderId}), placed 2018-01-02T00:00:00.000Z, now placed:`,
      '  it earned a commission',
      '  credit, decided 2018-01-03T10:00:00.000Z by policy version 2:',
      '    click of nobody we know at 2018-01-01T09:00:00.000Z: nobody knows the link',
      String.raw`    coupon\t of ${KUPFER} at 2018-01-01T09:00:00.000Z: won (1/3 of the order)`,
      `    click of ${LENA} at 2018-01-01T09:00:00.000Z: won (2/3 of the order)`,
      String.raw`    click of ${LENA} at 2018-01-01T09:00:00.000Z: brand\nnew`,
      `  commission ${shrunk.id} of ${LENA}: 4.00 BRL, locked, because some of the order came back`,
      String.raw`    Order A-1\n  in all, by terms version 1 (${hash}…):`,
      '      line 1: 1 × 100.00 BRL = 100.00 BRL',
      '        "all" (rank 1) earns 6 %',
      '        exactly 6.00 BRL, rounded half_up to 6.00 BRL',
      '        after the split and limits 4.00 BRL',
      '      2/3 of the order is credited to this partner: of 6.00 BRL, 4.00 BRL, by largest remainder',
      '      in all 4.00 BRL',
      '      vests 100 % when delivered',
      '      locks 30 days later',
      '      since it locked, 1.00 BRL of it was taken back, because some of the order came back',
      '      what it comes to by now: 3.00 BRL',
      `  commission ${gone.id} of ${KUPFER}: 2.00 BRL, reversed, because the order was cancelled`,
      '      since then it was reversed, because the order was cancelled: nothing of it is earned',
      '',
    ]);
  });

  it('names to a partner its own, and of the other neither name nor share', () => {
    expect(page(known, LENA, 'zh')).to.deep.equal([
      String.raw`订单 A-1\n  in all（${order.orderId}），下单于 2018-01-02T00:00:00.000Z，目前状态：已下单`,
      '  已产生佣金',
      '  归因判定于 2018-01-03T10:00:00.000Z，依据第 2 版归因政策：',
      '    未知来源的点击（2018-01-01T09:00:00.000Z）：链接不存在',
      String.raw`    另一位合作伙伴的coupon\t（2018-01-01T09:00:00.000Z）：胜出`,
      `    ${LENA}的点击（2018-01-01T09:00:00.000Z）：胜出（占订单的 2/3）`,
      String.raw`    ${LENA}的点击（2018-01-01T09:00:00.000Z）：brand\nnew`,
      `  佣金 ${shrunk.id}（${LENA}）：4.00 BRL，已锁定，原因：部分商品已退回`,
      String.raw`    订单 A-1\n  in all，适用条款第 1 版（${hash}…）：`,
      '      明细 1：1 × 100.00 BRL = 100.00 BRL',
      '        适用“all”（优先级 1），佣金为 6 %',
      '        精确值为 6.00 BRL，四舍五入为 6.00 BRL',
      '        经伙伴间分配与上限后为 4.00 BRL',
      '      本订单的 2/3 归因于该合作伙伴：6.00 BRL 中的 4.00 BRL（最大余数法）',
      '      合计 4.00 BRL',
      '      归属计划：交付时 100 %',
      '      此后 30 天锁定',
      '      锁定后已追回其中 1.00 BRL（原因：部分商品已退回）',
      '      现合计 3.00 BRL',
      '',
    ]);
  });

  it('says why nobody is credited, and no more where nothing is decided', () => {
    const nobody = { ...decision, partners: [], reason: 'no_touchpoint', touches: [] };
    const [head] = page({ order, commissions: [] }, undefined, 'en');

    expect(page({ order, commissions: [] }, undefined, 'en')).to.deep.equal([
      head,
      '  its credit is not decided yet',
      '',
    ]);
    expect(page({ order, decision: nobody, commissions: [] }, undefined, 'en').slice(1)).to.deep.equal([
      '  nobody is credited with it',
      '  credit, decided 2018-01-03T10:00:00.000Z by policy version 2:',
      '    nobody: no touch of any partner is known',
      '',
    ]);
    expect(page({ order, decision: nobody, commissions: [] }, undefined, 'zh').slice(-2)).to.deep.equal([
      '    无人获得归因：没有任何合作伙伴的触点',
      '',
    ]);
  });

  it('says of an order that is set aside since when and why, to a partner without what names the terms', () => {
    const about = { orderId: order.orderId, orderRef: order.orderRef, programId: order.programId, since: CREDITED };
    const missing =
      '"a\nb" looks at line.category, which line 1 of order A-1 does not have; tell the order again with it';
    const uncalculated = { ...about, code: 'commission.fact_missing', detail: missing };
    const aside = { order, decision, uncalculated, commissions: [] };
    const last = (viewer: typeof LENA | undefined, language: 'en' | 'zh', code = uncalculated.code) =>
      page({ ...aside, uncalculated: { ...uncalculated, code } }, viewer, language).at(-2);
    const [en, zh] = [
      '  nobody can calculate it as it is, since 2018-01-03T10:00:00.000Z: ',
      '  自 2018-01-03T10:00:00.000Z 起无法计算：',
    ];

    expect(last(LENA, 'en')).to.equal(`${en}it lacks something that the terms look at`);
    expect(last(LENA, 'zh')).to.equal(`${zh}订单缺少条款所需的信息`);
    expect(last(LENA, 'en', 'commission.new\none')).to.equal(String.raw`${en}commission.new\none`);
    expect(last(undefined, 'en')).to.equal(`${en}${missing.replace('\n', String.raw`\n`)} (commission.fact_missing)`);
    expect(last(undefined, 'zh')).to.equal(
      String.raw`${zh}“a\nb”需要“商品类别”，而明细 1 未提供；请以更早的时间重报该订单并补上此项`,
    );
  });

  it('says of an order whose program does not exist what to do next', () => {
    const stray = { ...decision, partners: [], reason: 'unknown_program', touches: [] };
    const uncalculated = {
      orderId: order.orderId,
      orderRef: order.orderRef,
      programId: order.programId,
      since: CREDITED,
      code: 'commission.unknown_program',
      detail:
        `there is no program ${order.programId}; create it with this id, or tell the order again under its program and ` +
        'cancel it under this one',
    };
    const said = (language: 'en' | 'zh') =>
      page({ order, decision: stray, uncalculated, commissions: [] }, undefined, language).slice(3, -1);

    expect(said('en')).to.deep.equal([
      '    nobody: the order names a program that does not exist, and waits until it does',
      '  nobody can calculate it as it is, since 2018-01-03T10:00:00.000Z: ' +
        `there is no program ${order.programId}; create it with this id, or tell the order again under its program and ` +
        'cancel it under this one (commission.unknown_program)',
    ]);
    expect(said('zh')).to.deep.equal([
      '    无人获得归因：订单所属的计划不存在，待该计划创建后自动重新判定',
      `  自 2018-01-03T10:00:00.000Z 起无法计算：计划 ${order.programId} 不存在；请以此编号创建该计划，或在正确的计划下重报该订单并取消此处的订单`,
    ]);
  });

  it('says no reason of a commission that has none', () => {
    const taken = aCommission({ ...shrunk, endReason: undefined, adjusted: brl(-50n) });
    const reversed = aCommission({ ...gone, partnerId: LENA, endReason: undefined });
    const said = (commission: typeof taken, language: 'en' | 'zh') =>
      page({ ...known, commissions: [{ commission, explanation: undefined }] }, LENA, language).slice(7, -1);

    expect(said(taken, 'en')).to.deep.equal([
      `  commission ${taken.id} of ${LENA}: 4.00 BRL, locked`,
      '      since it locked, the terms took 0.50 BRL off it',
      '      since it locked, 1.00 BRL of it was taken back',
      '      what it comes to by now: 2.50 BRL',
    ]);
    expect(said(taken, 'zh')).to.deep.equal([
      `  佣金 ${taken.id}（${LENA}）：4.00 BRL，已锁定`,
      '      锁定后按条款减少 0.50 BRL',
      '      锁定后已追回其中 1.00 BRL',
      '      现合计 2.50 BRL',
    ]);
    expect(said(reversed, 'en').at(-1)).to.equal('      since then it was reversed: nothing of it is earned');
    expect(said(reversed, 'zh').at(-1)).to.equal('      此后已被撤销：不产生任何佣金');
  });
});
