import { expect } from 'chai';
import { IsbotDetector } from '../../../../src/modules/attribution/adapters/isbot-detector.ts';
import { AttributionQueries } from '../../../../src/modules/attribution/application/deciding/attribution-queries.ts';
import { DecideAgain } from '../../../../src/modules/attribution/application/deciding/decide-again.ts';
import { DecideConversions } from '../../../../src/modules/attribution/application/deciding/decide-conversions.ts';
import { DecideStrays } from '../../../../src/modules/attribution/application/deciding/decide-strays.ts';
import { ReceiveTraffic } from '../../../../src/modules/attribution/application/traffic/receive-traffic.ts';
import { RecordTouchpoints } from '../../../../src/modules/attribution/application/traffic/record-touchpoints.ts';
import type { PlacedOrder } from '../../../../src/modules/attribution/domain/deciding/conversion.ts';
import type { Touchpoint } from '../../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import type { AttributionChangedV1, ConversionUnattributedV1 } from '../../../../src/modules/attribution/events.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { at, idOf } from '../../../support/clock.ts';
import { aPlacedOrder, aTouch } from '../../../support/contracts/attribution-contract.ts';
import { FakeAttributionReader, FakeAttributionTransaction } from '../../../support/fakes/fake-attribution.ts';
import { aProgram, StandingPartners } from '../../../support/standing-partners.ts';
import { aVeil } from '../../../support/veil.ts';

const LATER = idOf('prg', 2);

const anOrder = (n: number, overrides: Partial<PlacedOrder> = {}): PlacedOrder =>
  aPlacedOrder(n, { programId: LATER, clickId: idOf('clk', n), ...overrides });
const aClick = (n: number, overrides: Partial<Touchpoint> = {}): Touchpoint =>
  aTouch(n, { programId: LATER, partnerId: idOf('par', n), ...overrides });

interface Told {
  readonly touches?: readonly Touchpoint[];
  readonly placed?: readonly PlacedOrder[];
  readonly amended?: readonly PlacedOrder[];
}

const setUp = () => {
  const transaction = new FakeAttributionTransaction();
  const partners = new StandingPartners();
  const clock = at('2018-02-01T00:00:00Z');
  const decide = new DecideConversions(partners, clock);
  const receive = new ReceiveTraffic(new RecordTouchpoints(decide), decide, aVeil, new IsbotDetector());
  const reader = new FakeAttributionReader(transaction);
  const decideStrays = new DecideStrays(partners, transaction, decide);
  const decisionOf = (n: number) =>
    transaction.conversions().find(({ order }) => order.orderId === idOf('ord', n))?.decision;
  return {
    transaction,
    partners,
    decideStrays,
    audit: new AttributionQueries(reader),
    decideAgain: new DecideAgain(partners, clock),
    hear: ({ touches = [], placed = [], amended = [] }: Told) =>
      transaction.run((stores) => receive.run(stores, { clicks: [], touches, placed, amended })),
    create: () => partners.known.set(LATER, aProgram({ programId: LATER })),
    decideAll: async () => {
      while (await decideStrays.run());
    },
    decisionOf,
    outcomeOf: (n: number) => {
      const outcome = decisionOf(n)?.outcome;
      return outcome?.kind === 'attributed' ? outcome.partnerId : outcome?.reason;
    },
  };
};

describe('orders of a program that does not exist', () => {
  it('says so of an order, whatever else could be said, and tells', async () => {
    const { transaction, hear, outcomeOf } = setUp();

    await hear({
      touches: [aTouch(2)],
      placed: [anOrder(1, { clickId: undefined }), anOrder(2), anOrder(3)],
    });

    expect([1, 2, 3].map(outcomeOf)).to.deep.equal(['unknown_program', 'unknown_program', 'unknown_program']);
    const told = transaction.published.filter((each) => nameOf(each) === 'attribution.conversion_unattributed.v1');
    expect(told.map(({ payload }) => (payload as ConversionUnattributedV1).reason)).to.deep.equal([
      'unknown_program',
      'unknown_program',
      'unknown_program',
    ]);
  });

  it('leaves the decisions of programs there are as they are, to the digest', async () => {
    const { hear, decisionOf } = setUp();

    await hear({ placed: [aPlacedOrder(1)] });

    expect(decisionOf(1)?.outcome).to.deep.equal({ kind: 'unattributed', reason: 'no_touchpoint' });
    expect(decisionOf(1)?.inputs).not.to.have.property('programUnknown');
  });

  it('asks about a program until it is there, and never again', async () => {
    const { partners, hear } = setUp();
    await hear({ placed: [aPlacedOrder(1)] });
    const asked = partners.asked;

    await hear({ placed: [aPlacedOrder(2), aPlacedOrder(3)] });

    expect(partners.asked).to.equal(asked);
  });

  it('decides them by itself once the program is there, as if it had been there before', async () => {
    const { transaction, hear, create, decideStrays, decideAll, outcomeOf, decisionOf } = setUp();
    await hear({ touches: [aClick(1)], placed: [anOrder(1), anOrder(2), anOrder(3, { clickId: undefined })] });
    expect(await decideStrays.due()).to.equal(false);
    const inOrder = setUp();
    inOrder.create();
    await inOrder.hear({ touches: [aClick(1)], placed: [anOrder(1), anOrder(2), anOrder(3, { clickId: undefined })] });

    create();
    expect(await decideStrays.due()).to.equal(true);
    await decideAll();

    expect([1, 2, 3].map(outcomeOf)).to.deep.equal([idOf('par', 1), 'click_unknown', 'no_touchpoint']);
    expect([1, 2, 3].map((n) => decisionOf(n)?.digest)).to.deep.equal(
      [1, 2, 3].map((n) => inOrder.decisionOf(n)?.digest),
    );
    expect(await decideStrays.due()).to.equal(false);
    const told = transaction.published.filter((each) => nameOf(each) === 'attribution.attribution_changed.v1');
    expect(told.map(({ payload }) => payload as AttributionChangedV1)).to.have.length(3);
    for (const { payload } of told) expect(payload).to.deep.include({ reason: 'program_created' });
  });

  it('decides no order twice, however often it looks and whatever it is told again', async () => {
    const { transaction, hear, create, decideAll, decisionOf } = setUp();
    await hear({ placed: [anOrder(1)] });
    create();
    await decideAll();
    const said = transaction.published.length;

    await decideAll();
    await hear({ placed: [anOrder(1)] });

    expect(decisionOf(1)?.number).to.equal(2);
    expect(transaction.published).to.have.length(said);
  });

  it('leaves those of programs that are still missing where they are', async () => {
    const { hear, create, decideAll, outcomeOf, decisionOf } = setUp();
    await hear({ placed: [anOrder(1), anOrder(2, { programId: idOf('prg', 3) })] });

    create();
    await decideAll();

    expect(outcomeOf(2)).to.equal('unknown_program');
    expect(decisionOf(2)?.number).to.equal(1);
  });

  it('decides as many as there are, a piece at a time', async () => {
    const { transaction, hear, create, decideStrays } = setUp();
    await hear({ placed: Array.from({ length: 450 }, (_, n) => anOrder(n + 1)) });
    create();

    const runs = [await decideStrays.run(), await decideStrays.run(), await decideStrays.run()];

    expect(runs).to.deep.equal([true, true, false]);
    expect(transaction.conversions().filter(({ decision }) => decision.inputs.programUnknown)).to.be.empty;
  });

  it('asks anew how partners stand who were nobody while there was no program', async () => {
    const { hear, create, outcomeOf } = setUp();
    await hear({ touches: [aClick(1)], placed: [anOrder(1)] });
    create();

    await hear({ amended: [anOrder(1, { couponCodes: ['X'] })] });

    expect(outcomeOf(1)).to.equal(idOf('par', 1));
  });

  it('goes by the policy that was in force when the order was placed, not by what stood in for it', async () => {
    const { transaction, hear, create, decideAll, decisionOf } = setUp();
    await hear({ touches: [aClick(1)], placed: [anOrder(1)] });
    create();
    await transaction.run(({ policies }) =>
      policies.add({
        programId: LATER,
        policy: { version: 2, rules: { model: { kind: 'first_touch' }, windows: { click: { days: 7 } } } },
        publishedAt: instant('2018-02-01T00:00:00Z'),
        publishedBy: 'ana',
      }),
    );

    await decideAll();

    expect(decisionOf(1)?.inputs.policy.version).to.equal(2);
  });

  it('uses the codes an order was placed with, if somebody has them by then', async () => {
    const { transaction, hear, create, decideAll, outcomeOf } = setUp();
    await hear({ placed: [anOrder(1, { clickId: undefined, couponCodes: ['lena5'] })] });
    create();
    await transaction.run(({ coupons }) =>
      coupons.add({
        couponId: idOf('cpn', 1),
        programId: LATER,
        partnerId: idOf('par', 4),
        code: 'LENA5',
        disabledAt: undefined,
        createdAt: instant('2018-02-01T00:00:00Z'),
      }),
    );

    await decideAll();

    expect(outcomeOf(1)).to.equal(idOf('par', 4));
  });

  it('keeps decisions that come out alike from their own inputs, and from the touches on disk', async () => {
    const { transaction, hear, create, decideAll, audit, decideAgain } = setUp();
    await hear({ touches: [aClick(1)], placed: [anOrder(1), anOrder(2, { programId: idOf('prg', 3) })] });
    create();
    await decideAll();

    const kept = transaction.conversions();
    const again = await transaction.run((stores) =>
      decideAgain.run(stores, kept, ({ decision }) => decision.inputs.policy),
    );

    expect(await audit.contradictions()).to.be.empty;
    expect(again.map(({ decision }) => decision.digest)).to.deep.equal(kept.map(({ decision }) => decision.digest));
  });
});
