import { expect } from 'chai';
import { AttributionQueries } from '../../../../src/modules/attribution/application/deciding/attribution-queries.ts';
import { IsbotDetector } from '../../../../src/modules/attribution/adapters/isbot-detector.ts';
import { DecideConversions } from '../../../../src/modules/attribution/application/deciding/decide-conversions.ts';
import { KeepCoupons } from '../../../../src/modules/attribution/application/traffic/keep-coupons.ts';
import {
  ReceiveTraffic,
  type Traffic,
} from '../../../../src/modules/attribution/application/traffic/receive-traffic.ts';
import { RecordTouchpoints } from '../../../../src/modules/attribution/application/traffic/record-touchpoints.ts';
import { couponKey, couponTouch, couponTouchId } from '../../../../src/modules/attribution/domain/traffic/coupon.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { instant, type Instant, plusDays, plusMs } from '../../../../src/shared/instant.ts';
import { at, CountingIds, idOf } from '../../../support/clock.ts';
import { aCoupon, aLink, aPlacedOrder, aTouch } from '../../../support/contracts/attribution-contract.ts';
import { FakeAttributionReader, FakeAttributionTransaction } from '../../../support/fakes/fake-attribution.ts';
import { rejects } from '../../../support/rejects.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';
import { aVeil } from '../../../support/veil.ts';

const noon = instant('2018-01-10T12:00:00Z');
const programId = idOf('prg', 1);
const [lena, carla] = [idOf('par', 1), idOf('par', 2)];

/** Lena has the code LENA10; links of their own have both. */
const setUp = async () => {
  const transaction = new FakeAttributionTransaction();
  const partners = new StandingPartners();
  const clock = at('2018-01-09T00:00:00Z');
  const decide = new DecideConversions(partners, clock);
  const receive = new ReceiveTraffic(new RecordTouchpoints(decide), decide, aVeil, new IsbotDetector());
  const keep = new KeepCoupons(partners, transaction, new CountingIds(), clock);
  await transaction.run(({ links }) => links.put([aLink(1), aLink(2, { partnerId: carla })]));
  const coupon = await keep.make({ programId, partnerId: lena, code: ' LENA10 ' });
  return {
    transaction,
    partners,
    clock,
    keep,
    coupon,
    audit: new AttributionQueries(new FakeAttributionReader(transaction)),
    hear: (traffic: Partial<Traffic>) =>
      transaction.run((stores) =>
        receive.run(stores, { clicks: [], touches: [], placed: [], amended: [], ...traffic }),
      ),
    decision: () => transaction.conversions()[0]!.decision,
    said: () => transaction.published.map(nameOf),
  };
};

const order = aPlacedOrder(1, { placedAt: noon, couponCodes: ['lena10'] });

describe('a coupon code', () => {
  it('is the same however customers type it, and another one when it reads otherwise', () => {
    for (const typed of ['LENA10', ' lena10', 'Lena10\t', 'ＬＥＮＡ１０'])
      expect(couponKey(typed), typed).to.equal('lena10');
    for (const other of ['LENA 10', 'LENA1O', 'LENA-10', 'LÉNA10'])
      expect(couponKey(other), other).not.to.equal('lena10');
  });

  it('is used at the moment of the order, and worth nothing from the moment it is disabled', () => {
    const use = (placedAt: Instant) =>
      couponTouch(
        { ...order, placedAt },
        aCoupon(1, { partnerId: lena, code: 'LENA10', disabledAt: noon }),
        plusMs(noon, 5),
      );

    expect(use(plusMs(noon, -1))).to.deep.equal({
      clickId: couponTouchId({ ...order, placedAt: plusMs(noon, -1) }, 'lena10'),
      kind: 'coupon',
      programId,
      partnerId: lena,
      linkCode: 'LENA10',
      occurredAt: plusMs(noon, -1),
      recordedAt: plusMs(noon, 5),
      live: false,
      consent: 'unknown',
      signals: [],
    });
    expect(use(noon).objection).to.equal('coupon_disabled');
  });
});

describe('an order placed with a coupon', () => {
  it('is credited to its partner, by a touch that is no click', async () => {
    const { hear, decision, transaction, said, audit } = await setUp();

    await hear({ placed: [order] });

    const clickId = couponTouchId(order, 'lena10');
    expect(decision().outcome).to.deep.include({ kind: 'attributed', partnerId: lena, clickId, touchedAt: noon });
    expect(decision().considered).to.deep.equal([
      {
        clickId,
        partnerId: lena,
        occurredAt: noon,
        kind: 'coupon',
        fate: 'won',
        share: '1/1',
        figures: { secondsBefore: 0 },
      },
    ]);
    expect(transaction.clicks()).to.have.length(1);
    expect(said()).to.deep.equal(['attribution.conversion_attributed.v1']);
    expect(await audit.contradictions()).to.be.empty;
  });

  it('is the coupon’s before that of an earlier click, for it is the last touch', async () => {
    const { hear, decision } = await setUp();

    await hear({
      touches: [aTouch(2, { partnerId: carla, occurredAt: plusMs(noon, -1) })],
      placed: [{ ...order, clickId: idOf('clk', 2) }],
    });

    expect(decision().outcome).to.include({ partnerId: lena });
    expect(decision().considered.map(({ kind, fate }) => [kind, fate])).to.deep.equal([
      [undefined, 'earlier_touch'],
      ['coupon', 'won'],
    ]);
  });

  it('touches once, however often it is told and however its codes are written', async () => {
    const { hear, transaction } = await setUp();

    await hear({ placed: [{ ...order, couponCodes: ['LENA10', 'lena10', ' Lena10'] }] });
    await hear({ placed: [order] });
    await hear({ amended: [order] });

    expect(transaction.clicks()).to.have.length(1);
    expect(transaction.tables.conversions.committed.values()[0]).to.have.length(1);
  });

  it('of codes that are nobody’s is nobody’s', async () => {
    const { hear, decision, transaction } = await setUp();

    await hear({ placed: [{ ...order, couponCodes: ['WELCOME', '   '] }] });

    expect(decision().outcome).to.deep.equal({ kind: 'unattributed', reason: 'no_touchpoint' });
    expect(transaction.clicks()).to.be.empty;
  });

  it('is not credited to a partner who is not enrolled, nor in another program', async () => {
    const { hear, partners, decision, transaction } = await setUp();
    partners.put(lena, 'suspended');

    await hear({ placed: [order] });

    expect(decision().outcome).to.deep.equal({ kind: 'unattributed', reason: 'not_enrolled' });
    await hear({ placed: [aPlacedOrder(2, { programId: idOf('prg', 2), couponCodes: ['LENA10'] })] });
    expect(transaction.clicks()).to.have.length(1);
  });

  it('is credited while the coupon was not disabled, and says so from then on', async () => {
    const { hear, keep, clock, coupon, transaction } = await setUp();
    clock.moveTo(noon);
    const disabled = await keep.disable(coupon.couponId);
    clock.moveTo(plusDays(noon, 1));

    await hear({
      placed: [{ ...order, placedAt: plusMs(noon, -1) }, aPlacedOrder(2, { ...order, orderId: idOf('ord', 2) })],
    });

    expect(transaction.conversions().map(({ decision: { outcome } }) => outcome)).to.deep.include.members([
      { kind: 'unattributed', reason: 'coupon_disabled' },
    ]);
    expect(
      transaction.conversions().filter(({ decision: { outcome } }) => outcome.kind === 'attributed'),
    ).to.have.length(1);
    expect(await keep.disable(coupon.couponId)).to.deep.equal(disabled);
  });

  it('that turns out to be placed earlier, or with another code, is decided anew', async () => {
    const { hear, decision, said } = await setUp();
    await hear({ placed: [{ ...order, couponCodes: [] }] });

    await hear({ amended: [order] });
    expect(decision().outcome).to.include({ partnerId: lena });
    await hear({ amended: [{ ...order, placedAt: plusDays(noon, -3) }] });
    expect(decision().outcome).to.include({ touchedAt: plusDays(noon, -3) });
    await hear({ amended: [{ ...order, couponCodes: ['OTHER'] }] });

    expect(decision().outcome.kind).to.equal('unattributed');
    expect(said().filter((name) => name === 'attribution.attribution_changed.v1')).to.have.length(3);
  });

  it('keeps its coupon when a late click is heard of', async () => {
    const { hear, decision } = await setUp();
    await hear({ placed: [{ ...order, visitorId: 'v' }] });

    await hear({ touches: [aTouch(2, { partnerId: carla, visitorId: 'v', occurredAt: plusDays(noon, -1) })] });

    expect(decision()).to.deep.include({ number: 2 });
    expect(decision().outcome).to.include({ partnerId: lena });
    expect(decision().considered.map(({ fate }) => fate)).to.deep.equal(['earlier_touch', 'won']);
  });
});

describe('making a coupon', () => {
  it('is refused for a code the program has, and for partners who are not enrolled', async () => {
    const { keep, partners } = await setUp();
    partners.put(carla, 'suspended');

    await rejects(keep.make({ programId, partnerId: lena, code: 'lena10' }), 'attribution.coupon_taken');
    await rejects(keep.make({ programId, partnerId: carla, code: 'CARLA' }), 'attribution.not_enrolled');
    await rejects(keep.make({ programId: idOf('prg', 9), partnerId: lena, code: 'X' }), 'attribution.unknown_program');
    await rejects(keep.disable(idOf('cpn', 99)), 'attribution.unknown_coupon');
  });
});
