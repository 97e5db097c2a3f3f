import { expect } from 'chai';
import { type Coupon, couponKey, couponTouch } from '../../../src/modules/attribution/domain/traffic/coupon.ts';
import {
  type Conversion,
  decided,
  type PlacedOrder,
} from '../../../src/modules/attribution/domain/deciding/conversion.ts';
import type { Link } from '../../../src/modules/attribution/domain/traffic/link.ts';
import { DEFAULT_POLICY } from '../../../src/modules/attribution/domain/policy/policy.ts';
import type { Touchpoint } from '../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import type { AttributionReader } from '../../../src/modules/attribution/ports/attribution-reader.ts';
import {
  type AttributionTransaction,
  type NewPolicy,
  PER_VISITOR,
} from '../../../src/modules/attribution/ports/attribution-stores.ts';
import { instant, plusMs } from '../../../src/shared/instant.ts';
import { decodeCursor } from '../../../src/shared/page.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';

const noon = instant('2018-01-10T12:00:00Z');

export const aLink = (n: number, overrides: Partial<Link> = {}): Link => ({
  linkId: idOf('lnk', n),
  code: `link-${n}`,
  programId: idOf('prg', 1),
  partnerId: idOf('par', 1),
  destination: undefined,
  state: 'active',
  suspendedAt: undefined,
  createdAt: noon,
  ...overrides,
});

export const aTouch = (n: number, overrides: Partial<Touchpoint> = {}): Touchpoint => ({
  clickId: idOf('clk', n),
  kind: 'click',
  programId: idOf('prg', 1),
  linkCode: 'link-1',
  partnerId: idOf('par', 1),
  occurredAt: noon,
  recordedAt: noon,
  live: false,
  visitorId: undefined,
  userAgent: undefined,
  referrer: undefined,
  objection: undefined,
  subs: undefined,
  campaign: undefined,
  network: undefined,
  consent: 'unknown',
  signals: [],
  ...overrides,
});

export const aPlacedOrder = (n: number, overrides: Partial<PlacedOrder> = {}): PlacedOrder => ({
  orderId: idOf('ord', n),
  orderRef: `A-${n}`,
  programId: idOf('prg', 1),
  placedAt: plusMs(noon, 1_800_000),
  clickId: undefined,
  visitorId: undefined,
  ...overrides,
});

export const aCoupon = (n: number, overrides: Partial<Coupon> = {}): Coupon => ({
  couponId: idOf('cpn', n),
  programId: idOf('prg', 1),
  partnerId: idOf('par', 1),
  code: `CODE-${n}`,
  disabledAt: undefined,
  createdAt: noon,
  ...overrides,
});

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const decidedBy = (order: PlacedOrder, candidates: readonly Touchpoint[], before?: Conversion): Conversion => {
  const standings = [{ partnerId: idOf('par', 1), state: 'approved' as const }];
  return decided(order, { candidates, standings, policy: DEFAULT_POLICY }, before?.decision, noon);
};

export interface AttributionSides {
  readonly transaction: AttributionTransaction;
  readonly reader: AttributionReader;
}

/** What every store of links, clicks and decisions promises; the fake and the real one both run through it. */
export const attributionContract = (make: () => Promise<AttributionSides>): void => {
  describe('links', () => {
    it('gives a code to one link alone', async () => {
      const { transaction, reader } = await make();
      const add = (link: Link) => transaction.run(({ links }) => links.add(link));

      expect(await add(aLink(1))).to.equal(true);
      expect(await add(aLink(2, { code: 'link-1', partnerId: idOf('par', 2) }))).to.equal(false);

      expect(await reader.link({ code: 'link-1' })).to.deep.equal(aLink(1));
      expect(await reader.link({ linkId: idOf('lnk', 2) })).to.equal(undefined);
    });

    it('puts what is new, redirects what stands, and leaves other owners’ codes alone', async () => {
      const { transaction } = await make();
      const foreign = aLink(2, { partnerId: idOf('par', 2) });
      await transaction.run(({ links }) => links.put([aLink(1), foreign]));
      const page = 'https://shop.example/x';

      const standing = await transaction.run(({ links }) =>
        links.put([
          aLink(11, { code: 'link-1', destination: page }),
          aLink(12, { code: 'link-2', destination: page }),
          aLink(13, { code: 'link-3' }),
        ]),
      );

      expect(standing).to.have.deep.members([aLink(1, { destination: page }), foreign, aLink(13, { code: 'link-3' })]);
    });

    it('keeps the state it is told', async () => {
      const { transaction } = await make();
      await transaction.run(({ links }) => links.add(aLink(1)));
      const suspended = aLink(1, { state: 'suspended', suspendedAt: noon });

      await transaction.run(({ links }) => links.save(suspended));

      expect(await transaction.run(({ links }) => links.get(idOf('lnk', 1)))).to.deep.equal(suspended);
      expect(await transaction.run(({ links }) => links.byCodes(['link-1', 'none']))).to.deep.equal([suspended]);
    });

    it('knows no link that was never made', async () => {
      const { transaction } = await make();

      await rejects(
        transaction.run(({ links }) => links.get(idOf('lnk', 9))),
        'attribution.unknown_link',
      );
    });

    it('shows them page by page, of one partner if asked', async () => {
      const { transaction, reader } = await make();
      const others = [aLink(4, { partnerId: idOf('par', 2) }), aLink(5, { programId: idOf('prg', 2) })];
      await transaction.run(({ links }) => links.put([aLink(3), aLink(1), aLink(2), ...others]));
      const filter = { partnerId: idOf('par', 1), programId: idOf('prg', 1) };

      const first = await reader.links({ limit: 2 }, filter);
      const second = await reader.links({ limit: 2, after: decodeCursor(first.nextCursor ?? '') }, filter);

      expect(first.data).to.deep.equal([aLink(1), aLink(2)]);
      expect(second).to.deep.equal({ data: [aLink(3)], nextCursor: null });
    });
  });

  describe('coupons', () => {
    const named = (transaction: AttributionTransaction, ...codes: string[]) =>
      transaction.run(({ coupons }) =>
        coupons.named(codes.map((code) => ({ programId: idOf('prg', 1), key: couponKey(code) }))),
      );

    it('gives a code to one partner of a program, however it is written', async () => {
      const { transaction, reader } = await make();
      const add = (coupon: Coupon) => transaction.run(({ coupons }) => coupons.add(coupon));

      expect(await add(aCoupon(1, { code: 'Lena10' }))).to.equal(true);
      expect(await add(aCoupon(2, { code: 'LENA10', partnerId: idOf('par', 2) }))).to.equal(false);
      expect(await add(aCoupon(3, { code: 'LENA10', programId: idOf('prg', 2) }))).to.equal(true);

      expect(await named(transaction, ' ｌｅｎａ１０ ', 'lena10', 'none')).to.deep.equal([
        aCoupon(1, { code: 'Lena10' }),
      ]);
      expect(await reader.coupon(idOf('cpn', 1))).to.deep.equal(aCoupon(1, { code: 'Lena10' }));
      expect(await reader.coupon(idOf('cpn', 2))).to.equal(undefined);
    });

    it('keeps that one is disabled, and knows none that was never made', async () => {
      const { transaction } = await make();
      await transaction.run(({ coupons }) => coupons.add(aCoupon(1)));
      const disabled = aCoupon(1, { disabledAt: noon });

      await transaction.run(({ coupons }) => coupons.save(disabled));

      expect(await transaction.run(({ coupons }) => coupons.get(idOf('cpn', 1)))).to.deep.equal(disabled);
      await rejects(
        transaction.run(({ coupons }) => coupons.get(idOf('cpn', 9))),
        'attribution.unknown_coupon',
      );
    });

    it('shows them page by page, of one partner if asked', async () => {
      const { transaction, reader } = await make();
      const all = [aCoupon(3), aCoupon(1), aCoupon(2), aCoupon(4, { partnerId: idOf('par', 2) })];
      for (const coupon of all) await transaction.run(({ coupons }) => coupons.add(coupon));
      const filter = { partnerId: idOf('par', 1) };

      const first = await reader.coupons({ limit: 2 }, filter);
      const second = await reader.coupons({ limit: 2, after: decodeCursor(first.nextCursor ?? '') }, filter);

      expect(first.data).to.deep.equal([aCoupon(1), aCoupon(2)]);
      expect(second).to.deep.equal({ data: [aCoupon(3)], nextCursor: null });
    });

    it('finds their uses among the candidates of the order that used them, and of no other', async () => {
      const { transaction, reader } = await make();
      const order = aPlacedOrder(1, { couponCodes: ['code-1', 'unknown'] });
      const use = couponTouch(order, aCoupon(1), noon);
      const found = (of: PlacedOrder) =>
        transaction.run(async ({ touchpoints }) => (await touchpoints.candidates([of])).get(of.orderId));

      await transaction.run(({ touchpoints }) => touchpoints.record([use]));

      expect(plain(await found(order))).to.deep.equal([plain(use)]);
      expect(await found(aPlacedOrder(2, { couponCodes: ['code-1'] }))).to.deep.equal([]);
      expect(await found(aPlacedOrder(1))).to.deep.equal([]);
      const [facts] = await reader.touchpoints([use.clickId]);
      expect(facts).to.include({ coupon: true, partnerId: idOf('par', 1) });
      expect((await reader.totals()).clicks).to.equal(0);
    });
  });

  describe('credits', () => {
    it('are told of each partner as it last had them, also when another has them now', async () => {
      const { transaction, reader } = await make();
      const order = aPlacedOrder(1);
      const lena = aTouch(1, { subs: { sub1: 'x' } });
      const carla = aTouch(2, { partnerId: idOf('par', 2), occurredAt: plusMs(noon, 1) });
      const standings = [1, 2].map((n) => ({ partnerId: idOf('par', n), state: 'approved' as const }));
      const first = decided(order, { candidates: [lena], standings, policy: DEFAULT_POLICY }, undefined, noon);
      const known = { candidates: [lena, carla], standings, policy: DEFAULT_POLICY };
      await transaction.run(({ touchpoints }) => touchpoints.record([lena, carla]));
      await transaction.run(({ conversions }) => conversions.save([first]));
      await transaction.run(({ conversions }) => conversions.save([decided(order, known, first.decision, noon)]));

      const asked = [1, 2, 3].map((n) => ({ orderId: order.orderId, partnerId: idOf('par', n) }));
      const credits = await reader.credits([...asked, { orderId: idOf('ord', 9), partnerId: idOf('par', 1) }]);

      const common = { orderId: order.orderId, conversionId: first.conversionId };
      expect(credits.map(plain)).to.have.deep.members([
        { ...common, partnerId: idOf('par', 1), clickId: idOf('clk', 1), subs: { sub1: 'x' } },
        { ...common, partnerId: idOf('par', 2), clickId: idOf('clk', 2) },
      ]);
    });
  });

  describe('the credit of a coupon', () => {
    it('is told without a click id, for nobody clicked', async () => {
      const { transaction, reader } = await make();
      const order = aPlacedOrder(1, { couponCodes: ['code-1'] });
      const use = couponTouch(order, aCoupon(1), noon);
      await transaction.run(({ touchpoints }) => touchpoints.record([use]));
      await transaction.run(({ conversions }) => conversions.save([decidedBy(order, [use])]));

      const [credit] = await reader.credits([{ orderId: order.orderId, partnerId: idOf('par', 1) }]);

      expect(credit).to.include({ orderId: order.orderId, partnerId: idOf('par', 1), clickId: undefined });
    });
  });

  describe('touchpoints', () => {
    it('tells the partner’s own notes with what is known of a touch', async () => {
      const { transaction, reader } = await make();
      const notes = { subs: { sub1: 'x' }, campaign: 'spring', signals: ['paid_param'] };
      await transaction.run(({ touchpoints }) => touchpoints.record([aTouch(1, notes)]));

      const [facts] = await reader.touchpoints([idOf('clk', 1)]);

      expect(facts).to.deep.include(notes);
    });

    it('keeps a click once, the first telling of it', async () => {
      const { transaction, reader } = await make();
      const record = (...touches: Touchpoint[]) =>
        transaction.run(async ({ touchpoints }) => [...(await touchpoints.record(touches))]);

      expect(await record(aTouch(1), aTouch(1, { linkCode: 'other', live: true }))).to.deep.equal([idOf('clk', 1)]);
      expect(await record(aTouch(1, { live: true }), aTouch(2))).to.deep.equal([idOf('clk', 2)]);

      const [first] = await reader.touchpoints([idOf('clk', 1), idOf('clk', 9)]);
      expect(plain(first)).to.deep.equal({
        clickId: idOf('clk', 1),
        programId: idOf('prg', 1),
        partnerId: idOf('par', 1),
        occurredAt: noon,
        kind: 'click',
        signals: [],
      });
      await record(aTouch(3, { signals: ['bot_ua', 'no_gesture'] }));
      expect((await reader.touchpoints([idOf('clk', 3)]))[0]?.signals).to.deep.equal(['bot_ua', 'no_gesture']);
    });

    it('offers an order the click it names and the earlier clicks of its visitor, as they were kept', async () => {
      const { transaction } = await make();
      const named = aTouch(1, { userAgent: 'Firefox', referrer: 'https://blog.example/', live: true });
      const visited = aTouch(2, { visitorId: 'v', objection: 'link_suspended' });
      const both = aTouch(3, { visitorId: 'v' });
      const lost = aTouch(4, { visitorId: 'v', partnerId: undefined, objection: 'unknown_link' });
      const later = aTouch(5, { visitorId: 'v', occurredAt: plusMs(noon, 3_600_000) });
      const elsewhere = aTouch(6, { visitorId: 'v', programId: idOf('prg', 2) });
      await transaction.run(({ touchpoints }) =>
        touchpoints.record([named, visited, both, lost, later, elsewhere, aTouch(7)]),
      );
      const orders = [
        aPlacedOrder(1, { clickId: idOf('clk', 1) }),
        aPlacedOrder(2, { clickId: idOf('clk', 3), visitorId: 'v' }),
        aPlacedOrder(3),
        aPlacedOrder(4, { clickId: idOf('clk', 99), visitorId: 'nobody' }),
      ];

      const candidates = await transaction.run(({ touchpoints }) => touchpoints.candidates(orders));

      expect(candidates.get(idOf('ord', 1))).to.deep.equal([named]);
      expect(candidates.get(idOf('ord', 2))).to.have.deep.members([visited, both, lost]);
      expect(candidates.get(idOf('ord', 3))).to.deep.equal([]);
      expect(candidates.get(idOf('ord', 4))).to.deep.equal([]);
    });

    it('offers no more than the latest clicks of a visitor who clicks all the time', async () => {
      const { transaction } = await make();
      const clicks = Array.from({ length: PER_VISITOR + 5 }, (_, n) =>
        aTouch(n + 1, { visitorId: 'v', occurredAt: plusMs(noon, n) }),
      );
      await transaction.run(({ touchpoints }) => touchpoints.record(clicks));

      const candidates = await transaction.run(({ touchpoints }) =>
        touchpoints.candidates([aPlacedOrder(1, { visitorId: 'v' })]),
      );

      expect(candidates.get(idOf('ord', 1))).to.have.deep.members(clicks.slice(5));
    });

    it('lets the same clicks be held again and again, one transaction after the other', async () => {
      const { transaction } = await make();
      const keys = [aTouch(1, { visitorId: 'v' }), aPlacedOrder(1, { clickId: idOf('clk', 1), visitorId: 'v' })];
      const hold = () => transaction.run(({ touchpoints }) => touchpoints.hold(keys));

      await Promise.all([hold(), hold(), hold()]);
      await transaction.run(({ touchpoints }) => touchpoints.hold([aPlacedOrder(2)]));
    });
  });

  describe('conversions', () => {
    const order = aPlacedOrder(1, { clickId: idOf('clk', 1), visitorId: 'v' });

    it('shows the last decision of each, and keeps those of before', async () => {
      const { transaction, reader } = await make();
      const first = decidedBy(order, []);
      const second = decidedBy(order, [aTouch(1)], first);
      for (const each of [first, second]) await transaction.run(({ conversions }) => conversions.save([each]));

      const shown = await reader.conversion(first.conversionId);
      const [history] = await reader.histories(10);

      expect(plain(shown)).to.deep.equal(plain(second));
      expect(plain(history)).to.deep.equal(
        plain({
          conversionId: first.conversionId,
          shown: { number: 2, outcome: second.decision.outcome },
          decisions: [first.decision, second.decision],
        }),
      );
      expect(await reader.histories(10, first.conversionId)).to.be.empty;
      expect(await reader.conversion(idOf('cnv', 9))).to.equal(undefined);
    });

    it('knows which orders were decided', async () => {
      const { transaction } = await make();
      const decision = decidedBy(order, []);
      await transaction.run(({ conversions }) => conversions.save([decision]));
      const decided = () =>
        transaction.run(({ conversions }) => conversions.decided([decision.conversionId, idOf('cnv', 9)]));
      expect(plain(await decided())).to.deep.equal(plain([decision]));

      const amended = decidedBy({ ...order, clickId: idOf('clk', 2), placedAt: plusMs(noon, -1) }, [], decision);
      await transaction.run(({ conversions }) => conversions.save([amended]));

      expect(plain(await decided())).to.deep.equal(plain([amended]));
    });

    it('finds those a late click may change, and no others', async () => {
      const { transaction } = await make();
      const byClick = decidedBy(aPlacedOrder(1, { clickId: idOf('clk', 1) }), []);
      const byVisitor = decidedBy(aPlacedOrder(2, { visitorId: 'v' }), []);
      const nobodys = decidedBy(aPlacedOrder(3), []);
      const otherProgram = decidedBy(aPlacedOrder(4, { visitorId: 'v', programId: idOf('prg', 2) }), []);
      const before = decidedBy(aPlacedOrder(5, { visitorId: 'v', placedAt: plusMs(noon, -1) }), []);
      await transaction.run(({ conversions }) => conversions.save([byClick, byVisitor, nobodys, otherProgram, before]));

      const touched = await transaction.run(({ conversions }) =>
        conversions.touchedBy([aTouch(1, { visitorId: 'v' }), aTouch(2)]),
      );

      expect(plain(touched)).to.have.deep.members([plain(byClick), plain(byVisitor)]);
    });

    it('finds those whose program did not exist when they were decided last, as many as asked for', async () => {
      const { transaction } = await make();
      const strayOf = (n: number, program: number, programUnknown?: true) => {
        const known = { candidates: [], standings: [], policy: DEFAULT_POLICY, programUnknown };
        return decided(aPlacedOrder(n, { programId: idOf('prg', program) }), known, undefined, noon);
      };
      const [first, second, other, found] = [
        strayOf(1, 2, true),
        strayOf(2, 2, true),
        strayOf(3, 3, true),
        strayOf(4, 4),
      ];
      const ended = strayOf(5, 5, true);
      await transaction.run(({ conversions }) => conversions.save([first, second, other, found, ended]));
      const known = { candidates: [], standings: [], policy: DEFAULT_POLICY };
      await transaction.run(({ conversions }) => conversions.save([decided(ended.order, known, ended.decision, noon)]));
      const strays = (programs: readonly number[], limit: number) =>
        transaction.run(({ conversions }) =>
          conversions.strays(
            programs.map((n) => idOf('prg', n)),
            limit,
          ),
        );

      expect(await transaction.run(({ conversions }) => conversions.programsOfStrays())).to.deep.equal([
        idOf('prg', 2),
        idOf('prg', 3),
      ]);
      expect(plain(await strays([2, 4, 5], 9))).to.have.deep.members([plain(first), plain(second)]);
      expect(await strays([2, 3], 2)).to.have.length(2);
      expect(await strays([], 9)).to.be.empty;
    });

    it('lists them by order, filtered by program, partner, outcome and the order’s own name', async () => {
      const { transaction, reader } = await make();
      const won = decidedBy(aPlacedOrder(2, { clickId: idOf('clk', 1) }), [aTouch(1)]);
      const lost = decidedBy(aPlacedOrder(1), []);
      const other = decidedBy(aPlacedOrder(3, { programId: idOf('prg', 2) }), []);
      await transaction.run(({ conversions }) => conversions.save([won, lost, other]));
      const list = async (filter: Parameters<AttributionReader['conversions']>[1]) =>
        (await reader.conversions({ limit: 10 }, filter)).data.map(({ order: { orderRef } }) => orderRef);

      expect(await list({})).to.deep.equal(['A-1', 'A-2', 'A-3']);
      expect(await list({ programId: idOf('prg', 1) })).to.deep.equal(['A-1', 'A-2']);
      expect(await list({ partnerId: idOf('par', 1) })).to.deep.equal(['A-2']);
      expect(await list({ outcome: 'unattributed' })).to.deep.equal(['A-1', 'A-3']);
      expect(await list({ orderRef: 'A-2' })).to.deep.equal(['A-2']);
      expect(await list({ orderRef: 'A-2', outcome: 'unattributed' })).to.be.empty;
      const first = await reader.conversions({ limit: 2 }, {});
      const second = await reader.conversions({ limit: 2, after: decodeCursor(first.nextCursor ?? '') }, {});
      expect(second.data.map(({ order: { orderRef } }) => orderRef)).to.deep.equal(['A-3']);
    });

    it('counts credited and uncredited orders, and the clicks that were worth something', async () => {
      const { transaction, reader } = await make();
      const suspended = aTouch(2, { objection: 'not_enrolled' });
      await transaction.run(async ({ conversions, touchpoints }) => {
        await touchpoints.record([aTouch(1), suspended, aTouch(3, { programId: idOf('prg', 2) })]);
        await conversions.save([decidedBy(order, [aTouch(1)]), decidedBy(aPlacedOrder(2), [])]);
      });

      expect(await reader.totals(idOf('prg', 1))).to.deep.equal({ attributed: 1, unattributed: 1, clicks: 1 });
      expect(await reader.totals()).to.deep.equal({ attributed: 1, unattributed: 1, clicks: 2 });
    });
  });

  describe('policies', () => {
    it('keeps every version of a program, and each once', async () => {
      const { transaction } = await make();
      const programId = idOf('prg', 1);
      const rules = { model: { kind: 'linear' as const }, windows: { click: { days: 30 } } };
      const published = { programId, publishedAt: noon, publishedBy: 'ana' };
      const first = { ...published, policy: { version: 2, rules } };
      const second = { ...published, policy: { version: 3, rules }, effectiveFrom: noon };
      const add = (version: NewPolicy) => transaction.run(({ policies }) => policies.add(version));

      expect(await add(first)).to.equal(true);
      expect(await add(second)).to.equal(true);
      expect(await add({ ...second, policy: { version: 2, rules } })).to.equal(false);

      const kept = await transaction.run(({ policies }) => policies.ofPrograms([programId, idOf('prg', 2)]));
      const byVersion = kept.toSorted((a, b) => a.policy.version - b.policy.version);
      expect(JSON.parse(JSON.stringify(byVersion))).to.deep.equal([first, second]);
    });
  });

  it('keeps nothing of a transaction that failed', async () => {
    const { transaction, reader } = await make();

    await transaction
      .run(async ({ links, touchpoints }) => {
        await links.add(aLink(1));
        await touchpoints.record([aTouch(1)]);
        throw new Error('too late');
      })
      .catch(() => undefined);

    expect(await reader.link({ code: 'link-1' })).to.equal(undefined);
    expect(await reader.touchpoints([idOf('clk', 1)])).to.be.empty;
  });
};
