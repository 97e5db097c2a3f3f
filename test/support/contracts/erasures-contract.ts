import { expect } from 'chai';
import { decided } from '../../../src/modules/attribution/domain/deciding/conversion.ts';
import type { ErasedVisitor, Erasure } from '../../../src/modules/attribution/domain/identity/erasure.ts';
import { DEFAULT_POLICY } from '../../../src/modules/attribution/domain/policy/policy.ts';
import type { AttributionStores } from '../../../src/modules/attribution/ports/attribution-stores.ts';
import { digest } from '../../../src/shared/digest.ts';
import { instant, plusMs } from '../../../src/shared/instant.ts';
import { idOf } from '../clock.ts';
import { aPlacedOrder, type AttributionSides, aTouch } from './attribution-contract.ts';
import { aClaim } from './credits-contract.ts';

const noon = instant('2018-01-10T12:00:00Z');
const PSEUDONYM = 'erased:somebody';
const TRACES = { userAgent: 'Firefox', referrer: 'https://a.b/', network: '203.0.113.0/24', subs: { sub1: 'mail' } };

const anErasure = (n: number, overrides: Partial<Erasure> = {}): Erasure => ({
  erasureId: idOf('era', n),
  kind: 'visitor',
  fingerprint: 'f'.repeat(43),
  touchpoints: 1,
  conversions: 2,
  requestedBy: 'somebody',
  erasedAt: plusMs(noon, n),
  ...overrides,
});

/** What every store that forgets visitors promises; the fake and the real one both run through it. */
export const erasuresContract = (make: () => Promise<AttributionSides>): void => {
  const kept = async ({ transaction }: AttributionSides) => {
    const touches = [
      aTouch(1, { visitorId: 'v', ...TRACES }),
      aTouch(2, { visitorId: 'w', ...TRACES }),
      aTouch(3, { ...TRACES }),
    ];
    const orders = [
      aPlacedOrder(1, { visitorId: 'v', clickId: idOf('clk', 3) }),
      aPlacedOrder(2, { visitorId: 'w' }),
      aPlacedOrder(3, { clickId: idOf('clk', 2) }),
    ];
    const standings = [{ partnerId: idOf('par', 1), state: 'approved' as const }];
    await transaction.run(async ({ touchpoints, conversions }) => {
      await touchpoints.record(touches);
      await conversions.save(
        orders.map((order, n) =>
          decided(
            order,
            { candidates: [touches[Math.min(n, 1)] ?? []].flat(), standings, policy: DEFAULT_POLICY },
            undefined,
            noon,
          ),
        ),
      );
    });
  };
  const erase = ({ erasures }: AttributionStores) => erasures.erase('v', PSEUDONYM, [idOf('prg', 1)]);

  it('knows the visitors and clicks of orders, and in which programs there are any', async () => {
    const sides = await make();
    await kept(sides);
    const tracks = (...orders: readonly number[]) =>
      sides.transaction.run(({ erasures }) => erasures.tracks(orders.map((n) => idOf('ord', n))));

    const first = await tracks(1);
    expect(first.visitorIds).to.deep.equal(['v']);
    expect(first.clickIds).to.have.members([idOf('clk', 3), idOf('clk', 1)]);
    expect(await tracks(3)).to.deep.equal({ visitorIds: ['w'], clickIds: [idOf('clk', 2)] });
    expect(await tracks(9)).to.deep.equal({ visitorIds: [], clickIds: [] });
    expect(await sides.transaction.run(({ erasures }) => erasures.programs())).to.deep.equal([idOf('prg', 1)]);
  });

  it('puts the pseudonym in the place of a visitor everywhere, and leaves nothing else of it and everybody else alone', async () => {
    const sides = await make();
    await kept(sides);

    expect(await sides.transaction.run(erase)).to.deep.equal({ touchpoints: 1, conversions: 1 });
    expect(await sides.transaction.run(erase)).to.deep.equal({ touchpoints: 0, conversions: 0 });

    const [order, other] = [aPlacedOrder(8, { visitorId: PSEUDONYM }), aPlacedOrder(9, { visitorId: 'w' })];
    const found = await sides.transaction.run(({ touchpoints }) => touchpoints.candidates([order, other]));
    expect(found.get(order.orderId)).to.deep.equal([aTouch(1, { visitorId: PSEUDONYM })]);
    expect(found.get(other.orderId)).to.deep.equal([aTouch(2, { visitorId: 'w', ...TRACES })]);
    expect(await sides.transaction.run(({ erasures }) => erasures.tracks([idOf('ord', 1)]))).to.deep.include({
      visitorIds: [],
    });
  });

  it('leaves decisions that follow from their inputs, with digests that fit', async () => {
    const sides = await make();
    await kept(sides);
    await sides.transaction.run(erase);

    const histories = await sides.reader.histories(10);
    const inputs = histories.flatMap(({ decisions }) => decisions.map((decision) => decision.inputs));

    expect(inputs.map(({ order }) => order.visitorId)).to.have.members([PSEUDONYM, 'w', undefined]);
    for (const decision of histories.flatMap(({ decisions }) => decisions))
      expect(decision.digest).to.equal(digest(decision.inputs));
  });

  it('finds a visitor in decisions that others have followed, of orders that name somebody else by now', async () => {
    const sides = await make();
    await kept(sides);
    const before = (await sides.reader.conversions({ limit: 10 }, { orderRef: 'A-1' })).data[0];
    const amended = aPlacedOrder(1, { visitorId: 'w' });
    const known = { candidates: [], standings: [], policy: DEFAULT_POLICY };
    await sides.transaction.run(({ conversions }) =>
      conversions.save([decided(amended, known, before?.decision, noon)]),
    );

    expect(await sides.transaction.run(erase)).to.deep.equal({ touchpoints: 1, conversions: 0 });

    const [history] = (await sides.reader.histories(10)).filter(({ decisions }) => decisions.length === 2);
    expect(history?.decisions.map(({ inputs }) => inputs.order.visitorId)).to.deep.equal([PSEUDONYM, 'w']);
  });

  it('strips touches of what they say of visitors, and counts those that said anything', async () => {
    const sides = await make();
    await kept(sides);
    const strip = () => sides.transaction.run(({ erasures }) => erasures.strip([idOf('clk', 3), idOf('clk', 9)]));

    expect([await strip(), await strip()]).to.deep.equal([1, 0]);

    const named = aPlacedOrder(8, { clickId: idOf('clk', 3) });
    const found = await sides.transaction.run(({ touchpoints }) => touchpoints.candidates([named]));
    expect(found.get(named.orderId)).to.deep.equal([aTouch(3)]);
  });

  it('clears what claims to orders, and to those of visitors, were evidenced with, once, and leaves other claims alone', async () => {
    const sides = await make();
    await kept(sides);
    const filed = [1, 2, 3].map((n) => aClaim(n, { orderId: idOf('ord', n) }));
    await sides.transaction.run(async ({ claims }) => {
      for (const claim of filed) await claims.add(claim);
    });
    const clear = () =>
      sides.transaction.run(({ erasures }) =>
        erasures.clearEvidence({ orderIds: [idOf('ord', 3), idOf('ord', 9)], visitorIds: ['v'] }, [idOf('prg', 1)]),
      );

    expect([await clear(), await clear()]).to.deep.equal([2, 0]);

    const cleared = { evidence: 'erased', references: [] };
    await sides.transaction.run(async ({ claims }) => {
      for (const claim of filed)
        expect(await claims.get(claim.claimId)).to.deep.equal(claim === filed[1] ? claim : { ...claim, ...cleared });
    });
  });

  it('remembers each erasure and whom it erased, in order of time', async () => {
    const { transaction } = await make();
    const visitor = (n: number): ErasedVisitor => ({
      fingerprint: 'v'.repeat(43),
      erasedAt: plusMs(noon, n),
      pseudonym: `erased:${n}`,
    });
    for (const n of [2, 1]) await transaction.run(({ erasures }) => erasures.add(anErasure(n), [visitor(n)]));

    await transaction.run(async ({ erasures }) => {
      expect(await erasures.get(idOf('era', 1))).to.deep.equal(anErasure(1));
      expect(await erasures.get(idOf('era', 9))).to.equal(undefined);
      expect(await erasures.last('f'.repeat(43))).to.deep.equal(anErasure(2));
      expect(await erasures.last('g'.repeat(43))).to.equal(undefined);
      expect(await erasures.erased(['v'.repeat(43), 'x'])).to.deep.equal([visitor(1), visitor(2)]);
    });
  });
};
