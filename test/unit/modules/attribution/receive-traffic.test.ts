import { expect } from 'chai';
import fc from 'fast-check';
import { AttributionQueries } from '../../../../src/modules/attribution/application/deciding/attribution-queries.ts';
import { IsbotDetector } from '../../../../src/modules/attribution/adapters/isbot-detector.ts';
import { DecideConversions } from '../../../../src/modules/attribution/application/deciding/decide-conversions.ts';
import {
  ReceiveTraffic,
  type ToldClick,
} from '../../../../src/modules/attribution/application/traffic/receive-traffic.ts';
import { RecordTouchpoints } from '../../../../src/modules/attribution/application/traffic/record-touchpoints.ts';
import type { PlacedOrder } from '../../../../src/modules/attribution/domain/deciding/conversion.ts';
import type { Rules } from '../../../../src/modules/attribution/domain/policy/policy.ts';
import { type AttributionChangedV1, type ConversionAttributedV1 } from '../../../../src/modules/attribution/events.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { instant, plusDays, plusMs } from '../../../../src/shared/instant.ts';
import { at, idOf } from '../../../support/clock.ts';
import { aLink, aPlacedOrder } from '../../../support/contracts/attribution-contract.ts';
import { FakeAttributionReader, FakeAttributionTransaction } from '../../../support/fakes/fake-attribution.ts';
import { rejects } from '../../../support/rejects.ts';
import { aProgram, StandingPartners } from '../../../support/standing-partners.ts';
import { aVeil } from '../../../support/veil.ts';

const noon = instant('2018-01-10T12:00:00Z');

const click = (n: number, overrides: Partial<ToldClick> = {}): ToldClick => ({
  clickId: idOf('clk', n),
  programId: idOf('prg', 1),
  linkCode: `link-${n}`,
  occurredAt: noon,
  receivedAt: instant('2018-02-01T00:00:00Z'),
  ...overrides,
});

const order = (n: number, overrides: Partial<PlacedOrder> = {}): PlacedOrder =>
  aPlacedOrder(n, { clickId: idOf('clk', n), ...overrides });

/** Links 1 to 9, each of the partner of its number. */
const setUp = async () => {
  const transaction = new FakeAttributionTransaction();
  const partners = new StandingPartners();
  const decide = new DecideConversions(partners, at('2018-02-01T00:00:00Z'));
  const receive = new ReceiveTraffic(new RecordTouchpoints(decide), decide, aVeil, new IsbotDetector());
  await transaction.run(({ links }) =>
    links.put(Array.from({ length: 9 }, (_, n) => aLink(n + 1, { partnerId: idOf('par', n + 1) }))),
  );
  return {
    transaction,
    partners,
    audit: new AttributionQueries(new FakeAttributionReader(transaction)),
    hear: (clicks: readonly ToldClick[], placed: readonly PlacedOrder[] = [], amended: readonly PlacedOrder[] = []) =>
      transaction.run((stores) => receive.run(stores, { clicks, touches: [], placed, amended })),
    said: () => transaction.published.map(nameOf),
    outcomes: () => transaction.conversions().map(({ decision }) => decision.outcome),
  };
};

const aPolicy = (rules: Partial<Rules>) => ({
  programId: idOf('prg', 1),
  policy: { version: 2, rules: { model: { kind: 'last_touch' as const }, windows: { click: { days: 30 } }, ...rules } },
  publishedAt: noon,
  publishedBy: 'ana',
});

describe('hearing of clicks and orders', () => {
  it('notes that a machine says it is one while its user agent is known, and accuses nobody of having none', async () => {
    const { transaction, hear } = await setUp();

    await hear([click(1, { userAgent: 'curl/8.5.0' }), click(2, { userAgent: undefined })]);

    expect(transaction.clicks().map(({ signals }) => signals)).to.deep.equal([['bot_ua'], []]);
  });

  it('credits the partner of the link whose click the order names, and tells', async () => {
    const { transaction, hear, said } = await setUp();

    await hear([click(1)]);
    await hear([], [order(1)]);

    expect(said()).to.deep.equal(['attribution.click_recorded.v1', 'attribution.conversion_attributed.v1']);
    const told = transaction.published.at(-1);
    expect(told).to.include({ partitionKey: idOf('ord', 1), aggregateVersion: 1 });
    expect(JSON.parse(JSON.stringify(told?.payload))).to.deep.equal({
      conversionId: transaction.conversions()[0]!.conversionId,
      orderId: idOf('ord', 1),
      orderRef: 'A-1',
      programId: idOf('prg', 1),
      partnerId: idOf('par', 1),
      clickId: idOf('clk', 1),
      touchKind: 'click',
      touchedAt: noon,
      credits: [
        {
          partnerId: idOf('par', 1),
          clickId: idOf('clk', 1),
          touchKind: 'click',
          touchedAt: noon,
          share: '1/1',
          role: 'converter',
        },
      ],
      placedAt: plusMs(noon, 1_800_000),
      policyVersion: 1,
      decidedAt: instant('2018-02-01T00:00:00Z'),
    } satisfies ConversionAttributedV1);
  });

  it('tells why an order is credited to nobody', async () => {
    const { transaction, hear } = await setUp();

    await hear([], [order(1, { clickId: undefined }), order(2)]);

    expect(transaction.published.map(({ payload }) => (payload as { reason: string }).reason)).to.deep.equal([
      'no_touchpoint',
      'click_unknown',
    ]);
  });

  it('hears of both in one batch, whichever stands first in it', async () => {
    const { hear, said } = await setUp();

    await hear([click(1)], [order(1)]);

    expect(said()).to.deep.equal(['attribution.click_recorded.v1', 'attribution.conversion_attributed.v1']);
  });

  it('does nothing again when told again', async () => {
    const { transaction, hear } = await setUp();
    await hear([click(1)], [order(1)]);
    const said = transaction.published.length;

    await hear([click(1), click(1)], [order(1), order(1)]);

    expect(transaction.published).to.have.length(said);
    expect(transaction.conversions()[0]?.decision.number).to.equal(1);
  });

  it('decides again an order that is told once more beside the one that makes their customer one', async () => {
    const { transaction, hear } = await setUp();
    const first = order(1, { clickId: idOf('clk', 9) });
    await hear([click(1, { visitorId: 'v' })], [first]);

    await hear([], [first, order(2, { clickId: idOf('clk', 9), visitorId: 'v' })]);

    expect(transaction.conversions()[0]?.decision.outcome).to.include({ partnerId: idOf('par', 1) });
  });

  it('decides again when the click arrives after the order that names it', async () => {
    const { transaction, hear } = await setUp();
    await hear([], [order(1)]);

    await hear([click(1)]);

    const told = transaction.published.at(-1)!;
    expect(nameOf(told)).to.equal('attribution.attribution_changed.v1');
    expect(told).to.include({ partitionKey: idOf('ord', 1), aggregateVersion: 2 });
    expect(told.payload).to.include({ partnerId: idOf('par', 1), reason: 'late_click' });
    expect(told.payload).not.to.have.property('previousPartnerId');
    expect(transaction.conversions()[0]?.decision.number).to.equal(2);
  });

  it('decides again when the order turns out to name another click, and goes by what it was told last', async () => {
    const { transaction, hear } = await setUp();
    await hear([click(1), click(2)], [order(1)]);

    await hear([], [], [order(1, { clickId: idOf('clk', 2) })]);
    await hear([], [order(1)]);

    const told = transaction.published.at(-1)!;
    expect(told.payload).to.include({ partnerId: idOf('par', 2), clickId: idOf('clk', 2), reason: 'order_amended' });
    expect(transaction.conversions()[0]?.order.clickId).to.equal(idOf('clk', 2));
  });

  it('tells again when the same click won an order that was placed earlier than we knew', async () => {
    const { transaction, hear } = await setUp();
    await hear([click(1)], [order(1)]);

    await hear([], [], [order(1, { placedAt: plusMs(noon, 60_000) })]);

    expect(transaction.published.at(-1)?.payload).to.include({
      clickId: idOf('clk', 1),
      placedAt: plusMs(noon, 60_000),
    });
  });

  it('moves the credit to a later click of the visitor that arrives late, and says whose it was', async () => {
    const { transaction, hear } = await setUp();
    await hear([click(1, { visitorId: 'v' })], [order(1, { visitorId: 'v' })]);

    await hear([click(2, { visitorId: 'v', occurredAt: plusMs(noon, 60_000) })]);

    const told = transaction.published.at(-1)!;
    expect(told.payload).to.include({
      previousPartnerId: idOf('par', 1),
      partnerId: idOf('par', 2),
      clickId: idOf('clk', 2),
    });
  });

  it('records, and does not tell, a late click that changes nothing', async () => {
    const { transaction, hear, said } = await setUp();
    await hear([click(1, { visitorId: 'v' })], [order(1, { visitorId: 'v' })]);

    await hear([click(2, { visitorId: 'v', occurredAt: plusMs(noon, -60_000) })]);

    expect(said()).not.to.include('attribution.attribution_changed.v1');
    expect(transaction.conversions()[0]?.decision).to.deep.include({
      number: 2,
      considered: [
        {
          clickId: idOf('clk', 2),
          partnerId: idOf('par', 2),
          occurredAt: plusMs(noon, -60_000),
          fate: 'earlier_touch',
          figures: { secondsBefore: 1_860 },
        },
        {
          clickId: idOf('clk', 1),
          partnerId: idOf('par', 1),
          occurredAt: noon,
          fate: 'won',
          share: '1/1',
          figures: { secondsBefore: 1_800 },
        },
      ],
    });
  });

  it('leaves an order alone when its visitor clicks after it', async () => {
    const { transaction, hear } = await setUp();
    await hear([click(1)], [order(1, { visitorId: 'v' })]);

    await hear([click(2, { visitorId: 'v', occurredAt: plusDays(noon, 1) })]);

    expect(transaction.conversions()[0]?.decision.number).to.equal(1);
  });

  it('keeps a click on a link nobody knows, for nobody, and does not count it', async () => {
    const { transaction, hear, said } = await setUp();

    await hear([click(1, { linkCode: 'nobodys' }), click(2, { programId: idOf('prg', 2) })], [order(1)]);

    expect(said()).to.deep.equal(['attribution.conversion_unattributed.v1']);
    expect(transaction.clicks().map(({ objection, partnerId }) => [objection, partnerId])).to.deep.equal([
      ['unknown_link', undefined],
      ['unknown_link', undefined],
    ]);
    expect(transaction.conversions()[0]?.decision.outcome).to.include({ reason: 'unknown_link' });
  });

  it('credits clicks of before a link was suspended, and none of after', async () => {
    const { transaction, hear, outcomes } = await setUp();
    const suspended = aLink(1, { state: 'suspended', suspendedAt: noon });
    await transaction.run(({ links }) => links.save(suspended));

    await hear([click(1, { occurredAt: plusMs(noon, -1) }), click(2, { linkCode: 'link-1' })], [order(1), order(2)]);

    expect(outcomes().map(({ kind }) => kind)).to.deep.equal(['attributed', 'unattributed']);
  });

  it('takes a partner as it stood when it was first considered, whatever becomes of it', async () => {
    const { partners, hear, outcomes } = await setUp();
    await hear([click(1, { visitorId: 'v' })], [order(1, { visitorId: 'v' })]);
    partners.put(idOf('par', 1), 'suspended');

    await hear([click(2, { visitorId: 'v', occurredAt: plusMs(noon, -60_000) })]);

    expect(outcomes()[0]).to.include({ partnerId: idOf('par', 1) });
  });

  it('decides again by the policy it decided by before', async () => {
    const { transaction, hear } = await setUp();
    await hear([], [order(1)]);
    await transaction.run(({ policies }) => policies.add(aPolicy({ windows: { click: { days: 60 } } })));

    const old = { occurredAt: plusDays(noon, -40) };
    await hear([click(1, old), click(2, old)], [order(2)]);

    expect(
      transaction.conversions().map(({ decision: { inputs, outcome } }) => [inputs.policy.version, outcome.kind]),
    ).to.deep.equal([
      [1, 'unattributed'],
      [2, 'attributed'],
    ]);
  });

  it('asks of partners once a program, however many orders there are', async () => {
    const { partners, hear } = await setUp();
    partners.known.set(idOf('prg', 2), aProgram({ programId: idOf('prg', 2) }));
    const all = Array.from({ length: 9 }, (_, n) => n + 1);

    await hear(
      all.map((n) => click(n)),
      all.map((n) => order(n)),
    );

    expect(partners.asked).to.equal(1);
  });

  it('keeps nothing when partners do not answer: the batch comes again', async () => {
    const { transaction, partners, hear } = await setUp();
    partners.away = new Error('away');

    const refusal = await hear([click(1)], [order(1)]).catch((error: unknown) => error);

    expect(refusal).to.equal(partners.away);
    expect(transaction.clicks()).to.be.empty;
    expect(transaction.conversions()).to.be.empty;
  });

  it('stops at a policy nobody taught it to read', async () => {
    const { transaction, hear } = await setUp();
    await transaction.run(({ policies }) => policies.add(aPolicy({ model: { kind: 'coin_toss' as 'linear' } })));

    const refusal = await hear([], [order(1)]).catch((error: unknown) => error);

    expect(refusal).to.be.instanceOf(Error).with.property('message').that.includes('coin_toss');
  });

  it('ends alike, however clicks and orders are shuffled, repeated and cut into batches', async () => {
    const told = fc.record({
      clicks: fc.uniqueArray(
        fc.record({
          n: fc.integer({ min: 1, max: 9 }),
          minutes: fc.integer({ min: -20, max: 40 }),
          visitor: fc.constantFrom(undefined, 'v', 'w'),
        }),
        { selector: ({ n }) => n, maxLength: 8 },
      ),
      orders: fc.uniqueArray(
        fc.record({
          n: fc.integer({ min: 1, max: 9 }),
          named: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
          visitor: fc.constantFrom(undefined, 'v', 'w'),
        }),
        { selector: ({ n }) => n, minLength: 1, maxLength: 4 },
      ),
      noise: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
      batch: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(told, async ({ clicks, orders, noise, batch }) => {
        const messages = [
          ...clicks.map(({ n, minutes, visitor }) => ({
            click: click(n, { occurredAt: plusMs(noon, minutes * 60_000), visitorId: visitor }),
          })),
          ...orders.map(({ n, named, visitor }) => ({
            order: order(n, { clickId: named === undefined ? undefined : idOf('clk', named), visitorId: visitor }),
          })),
        ];
        const shuffled = [...messages, ...messages.slice(0, 4)]
          .map((message, index) => ({ message, key: noise[index] ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ message }) => message);

        const straight = await finalOf([messages]);
        const other = await finalOf(
          Array.from({ length: Math.ceil(shuffled.length / batch) }, (_, i) =>
            shuffled.slice(i * batch, (i + 1) * batch),
          ),
        );

        expect(other).to.deep.equal(straight);
      }),
      { numRuns: 200 },
    );
  });
});

interface Message {
  readonly click?: ToldClick;
  readonly order?: PlacedOrder;
}

/** What is decided in the end, and what somebody believes who heard every event. */
const finalOf = async (batches: readonly (readonly Message[])[]) => {
  const { transaction, partners, audit, hear } = await setUp();
  partners.put(idOf('par', 3), 'suspended');
  for (const batch of batches) {
    await hear(
      batch.flatMap(({ click: each }) => each ?? []),
      batch.flatMap(({ order: each }) => each ?? []),
    );
  }
  const believed = new Map<string, unknown>();
  for (const { type, payload } of transaction.published) {
    const { orderId, partnerId = null, clickId } = payload as Partial<AttributionChangedV1>;
    if (!/(click_recorded|credit_lost|identities)/.test(type)) believed.set(orderId ?? '', [partnerId, clickId]);
  }
  expect(await audit.contradictions()).to.be.empty;
  const decisions = transaction
    .conversions()
    .map(({ decision: { outcome, considered, digest, inputs } }) => ({ outcome, considered, digest, inputs }))
    .toSorted((a, b) => (a.inputs.order.orderId < b.inputs.order.orderId ? -1 : 1));
  for (const { outcome, inputs } of decisions) {
    const credit = outcome.kind === 'attributed' ? [outcome.partnerId, outcome.clickId] : [null, undefined];
    expect(believed.get(inputs.order.orderId)).to.deep.equal(credit);
  }
  return decisions;
};

describe('auditing decisions', () => {
  it('finds a decision that is not what its inputs decide', async () => {
    const { transaction, audit, hear } = await setUp();
    await hear([click(1)], [order(1)]);
    const [conversion] = transaction.conversions();
    const forged = { ...conversion!.decision.outcome, partnerId: idOf('par', 2) } as never;
    await transaction.run(({ conversions }) =>
      conversions.save([{ ...conversion!, decision: { ...conversion!.decision, number: 2, outcome: forged } }]),
    );

    expect(await audit.contradictions()).to.deep.equal([
      `${conversion!.conversionId} decision 2 is not what its inputs decide`,
    ]);
  });
});

describe('a link nobody knows', () => {
  it('cannot be moved', async () => {
    const { transaction } = await setUp();

    await rejects(
      transaction.run(({ links }) => links.get(idOf('lnk', 99))),
      'attribution.unknown_link',
    );
  });
});
