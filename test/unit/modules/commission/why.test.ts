import { expect } from 'chai';
import type { DecidedOrder } from '../../../../src/modules/attribution/index.ts';
import { calculate } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import type { Commission } from '../../../../src/modules/commission/domain/life-cycle/commission.ts';
import { evidenceOf } from '../../../../src/modules/commission/domain/explaining/evidence.ts';
import { type Known, seenBy } from '../../../../src/modules/commission/domain/explaining/why.ts';
import { sinceLines } from '../../../../src/modules/commission/domain/explaining/since-text.ts';
import { whyView } from '../../../../src/modules/commission/adapters/http/why-views.ts';
import { whyText } from '../../../../src/modules/commission/domain/explaining/why-text.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { Money } from '../../../../src/shared/money.ts';
import { anOrder, aTermsVersion, factsOn } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';

const [LENA, KUPFER, STRANGER] = [idOf('par', 1), idOf('par', 2), idOf('par', 3)];
const AT = instant('2026-01-02T10:00:00Z');

const order = anOrder();
const touch = (partnerId: typeof LENA | null, fate: string, share: string | null = null) => ({
  touchId: idOf('clk', 1),
  partnerId,
  kind: 'click',
  occurredAt: AT,
  fate,
  share,
});
const decision = (overrides: Partial<DecidedOrder> = {}): DecidedOrder => ({
  orderId: order.orderId,
  conversionId: idOf('cnv', 1),
  policyVersion: 2,
  decidedAt: AT,
  partners: [{ partnerId: LENA, share: '1/1' }],
  reason: null,
  touches: [touch(KUPFER, 'earlier_touch'), touch(LENA, 'won', '1/1')],
  ...overrides,
});
const earned = (overrides: Partial<Commission> = {}) => ({
  commission: {
    id: idOf('com', 1),
    partnerId: LENA,
    amount: Money.of(40_000n, 'BRL'),
    clawedBack: Money.zero('BRL'),
    adjusted: Money.zero('BRL'),
    state: 'locked',
    ...overrides,
  } as Commission,
  explanation: undefined,
});
const nobody = decision({ partners: [], reason: 'outside_window', touches: [touch(LENA, 'outside_window')] });

const answerTo = (known: Known, viewer?: typeof LENA) => seenBy(known, viewer)?.answer;

const step = (kind: 'accrued' | 'reduced' | 'paid', at: string, minor?: bigint) => ({
  commissionId: idOf('com', 1),
  kind,
  at: instant(at),
  amount: Money.of(40_000n, 'BRL'),
  by: minor === undefined ? undefined : Money.of(minor, 'BRL'),
  reasons: [],
  actor: 'ada',
});

describe('the evidence of an order', () => {
  const known = {
    order,
    decision: decision(),
    commissions: [
      {
        ...earned({ accruedAt: instant('2026-01-02T10:00:00Z') }),
        past: [
          step('accrued', '2026-01-02T10:00:00Z'),
          step('reduced', '2026-01-05T10:00:00Z', -5_000n),
          step('paid', '2026-03-01T10:00:00Z'),
        ],
      },
    ],
  };

  it('has figures, and everything for staff', () => {
    const evidence = evidenceOf(known, LENA);

    expect(evidence).to.deep.include({ isCredited: true, decidedAt: AT });
    expect(evidence.commissions).to.deep.equal([
      {
        commissionId: idOf('com', 1),
        partnerId: LENA,
        state: 'locked',
        amount: { minor: '40000', currency: 'BRL' },
        recomputed: undefined,
        takenOff: { minor: '5000', currency: 'BRL' },
        decidedAt: '2026-01-05T10:00:00.000Z',
      },
    ]);
    expect(JSON.stringify(evidence.everything)).to.contain(KUPFER).and.to.contain('ada').and.to.contain('milestones');
  });

  it('shows a partner its own, of others that they were there, and a stranger nothing', () => {
    const shown = JSON.stringify(evidenceOf(known, LENA).shown);

    expect(shown).to.contain('milestones').and.to.not.contain(KUPFER).and.to.not.contain('ada');
    expect(JSON.stringify(evidenceOf(known, KUPFER).shown))
      .to.not.contain('milestones')
      .and.to.not.contain(LENA);
    expect(evidenceOf(known, STRANGER)).to.deep.include({ shown: undefined, isCredited: false, commissions: [] });
  });
});

describe('why an order earned what it earned', () => {
  it('is answered in one word, whatever became of it', () => {
    expect(answerTo({ order, commissions: [] })).to.equal('not_decided');
    expect(answerTo({ order, decision: nobody, commissions: [] })).to.equal('nobody_credited');
    expect(answerTo({ order, decision: decision(), commissions: [] })).to.equal('not_calculated');
    expect(answerTo({ order, decision: decision(), commissions: [earned()] })).to.equal('earned');
    const nothing = earned({ amount: Money.zero('BRL') });
    expect(answerTo({ order, decision: decision(), commissions: [nothing] })).to.equal('earned_nothing');
    const reversed = earned({ state: 'reversed', endReason: 'order_cancelled' });
    expect(answerTo({ order, decision: decision(), commissions: [reversed] })).to.equal('taken_back');
    const clawedBack = earned({ clawedBack: Money.of(40_000n, 'BRL'), endReason: 'order_returned' });
    expect(answerTo({ order, decision: decision(), commissions: [clawedBack] })).to.equal('taken_back');
    const partly = earned({ clawedBack: Money.of(10_000n, 'BRL'), endReason: 'lines_returned' });
    expect(answerTo({ order, decision: decision(), commissions: [partly] })).to.equal('earned');
  });

  it('tells what became of a commission since it was calculated', () => {
    const told = (changes: Partial<Commission>, language: 'en' | 'zh') => sinceLines(earned(changes), language);
    const [some, more] = [Money.of(10_000n, 'BRL'), Money.of(500n, 'BRL')];
    const reversed = { state: 'reversed', endReason: 'order_cancelled' } as const;
    const changed = { clawedBack: some, adjusted: more, endReason: 'lines_returned' } as const;

    expect(told({}, 'en')).to.deep.equal([]);
    expect(told(reversed, 'en')).to.deep.equal([
      'since then it was reversed, because the order was cancelled: nothing of it is earned',
    ]);
    expect(told(reversed, 'zh')).to.deep.equal(['此后已被撤销（原因：订单已取消）：不产生任何佣金']);
    expect(told(changed, 'en')).to.deep.equal([
      'since it locked, the terms added 5.00 BRL to it',
      'since it locked, 100.00 BRL of it was taken back, because some of the order came back',
      'what it comes to by now: 305.00 BRL',
    ]);
    expect(told(changed, 'zh')).to.deep.equal([
      '锁定后按条款补增 5.00 BRL',
      '锁定后已追回其中 100.00 BRL（原因：部分商品已退回）',
      '现合计 305.00 BRL',
    ]);
    expect(told({ adjusted: Money.of(1n, 'BRL') }, 'en')[0]).to.equal(
      'since it locked, the terms added 0.01 BRL to it',
    );
    expect(told({ adjusted: more.negated() }, 'en')[0]).to.equal('since it locked, the terms took 5.00 BRL off it');
    const known = { order, decision: decision(), commissions: [earned(changed)] };
    expect(whyText(seenBy(known, undefined)!, 'en')).to.include('      what it comes to by now: 305.00 BRL');
    expect(whyView(seenBy(known, undefined)!).commissions[0]?.net).to.deep.equal({ minor: '30500', currency: 'BRL' });
  });

  it('explains what the terms added after the lock, in sentences and as data, to a partner as it may read it', () => {
    const when = { fact: 'partner.id', notEquals: KUPFER } as const;
    const words = { groups: [{ name: 'all', rank: 1, when, amount: { percent: '5' } }], limits: [] };
    const { explanation: sinceLock } = calculate(factsOn(), aTermsVersion(words), new Map());
    const known = {
      order,
      decision: decision(),
      commissions: [{ ...earned({ adjusted: Money.of(500n, 'BRL') }), sinceLock }],
    };
    const text = (language: 'en' | 'zh') => whyText(seenBy(known, LENA)!, language);

    expect(text('en')).to.match(
      /\n {6}what the order earns by now:\n {8}Order .*\n {10}line 1: .*"all" \(rank 1\) earns 5 %/s,
    );
    expect(text('zh')).to.match(/\n {6}该订单目前应得：\n {8}订单 /);
    const [told] = whyView(seenBy(known, LENA)!).commissions;
    expect(told?.sinceLock?.total).to.deep.equal(sinceLock.total);
    expect(JSON.stringify(told)).to.not.include(KUPFER);
  });

  it('tells a partner what it lost by, and of the others only that they were there', () => {
    const seen = seenBy({ order, decision: decision(), commissions: [earned()] }, KUPFER);

    expect(seen?.answer).to.equal('nobody_credited');
    expect(seen?.commissions).to.deep.equal([]);
    expect(seen?.credit?.partners).to.deep.equal([]);
    expect(seen?.credit?.touches).to.deep.equal([
      { whose: 'partner', partnerId: KUPFER, kind: 'click', occurredAt: AT, fate: 'earlier_touch', share: null },
      { whose: 'another_partner', partnerId: null, kind: 'click', occurredAt: AT, fate: 'won', share: null },
    ]);
    expect(JSON.stringify(seen)).to.not.include(LENA);
  });

  it('shows a partner the explanation as it may read it, and staff as it is', () => {
    const when = { fact: 'partner.id', notEquals: KUPFER } as const;
    const words = { groups: [{ name: 'all', rank: 1, when, amount: { percent: '1' } }] };
    const { explanation } = calculate(factsOn(), aTermsVersion(words), new Map());
    const of = { order, decision: decision(), commissions: [{ ...earned(), explanation }] };
    const clause = (viewer?: typeof LENA) =>
      seenBy(of, viewer)?.commissions[0]?.explanation?.lines[0]?.clauses[0]?.says;

    expect(clause(LENA)).to.equal('partner.id does not equal "another partner"');
    expect(clause()).to.equal(`partner.id does not equal "${KUPFER}"`);
  });

  it('is nothing to a partner who has no part in it', () => {
    expect(seenBy({ order, decision: decision(), commissions: [earned()] }, STRANGER)).to.equal(undefined);
  });

  it('says of an order that is set aside why nobody can calculate it', () => {
    const uncalculated = {
      orderId: order.orderId,
      orderRef: order.orderRef,
      programId: order.programId,
      code: 'commission.fact_missing',
      detail: '"robots" looks at line.category\n, which line 1 does not have',
      since: AT,
    };
    const known = { order, decision: decision(), uncalculated, commissions: [] };
    const { code, detail } = uncalculated;

    expect(seenBy(known, undefined)?.uncalculated).to.deep.equal({ code, detail, since: AT });
    expect(seenBy(known, LENA)?.uncalculated).to.deep.equal({ code, detail: null, since: AT });
    expect(seenBy(known, KUPFER)?.uncalculated).to.equal(undefined);
    expect(seenBy({ order, uncalculated, commissions: [earned()] }, LENA)?.uncalculated).to.equal(undefined);
    expect(seenBy({ order, uncalculated, commissions: [] }, undefined)?.uncalculated).to.deep.include({ detail });
    expect(whyText(seenBy(known, undefined)!, 'en')).to.include(
      String.raw`nobody can calculate it as it is, since ${AT}: "robots" looks at line.category\n, which`,
    );
    expect(whyText(seenBy(known, LENA)!, 'zh')).to.include(`自 ${AT} 起无法计算：订单缺少条款所需的信息\n`);
  });

  it('is said in English', () => {
    const text = whyText(seenBy({ order, decision: nobody, commissions: [] }, undefined)!, 'en');

    expect(text).to.include('nobody is credited with it');
    expect(text).to.include(`click of ${LENA} at ${AT}: it is too long ago for the policy`);
    expect(text).to.include('nobody: it is too long ago for the policy');
  });

  it('is said in Chinese', () => {
    const text = whyText(seenBy({ order, decision: decision(), commissions: [earned()] }, LENA)!, 'zh');

    expect(text).to.include('已产生佣金');
    expect(text).to.include('另一位合作伙伴的点击');
    expect(text).to.include('400.00 BRL');
    expect(text).to.not.include(KUPFER);
  });

  it('never shows a partner whom another partner is by the text either', () => {
    const text = whyText(seenBy({ order, decision: decision(), commissions: [earned()] }, KUPFER)!, 'en');

    expect(text).to.not.include(LENA);
  });
});
