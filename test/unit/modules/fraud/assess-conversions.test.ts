import { expect } from 'chai';
import { AttributionChangedV1, ConversionAttributedV1 } from '../../../../src/modules/attribution/events.ts';
import { IsbotDetector } from '../../../../src/modules/fraud/adapters/isbot-detector.ts';
import { fraudConsumers } from '../../../../src/modules/fraud/adapters/messaging/consumers.ts';
import { AssessConversions } from '../../../../src/modules/fraud/application/assess-conversions.ts';
import { FraudQueries } from '../../../../src/modules/fraud/application/fraud-queries.ts';
import { GatherFacts } from '../../../../src/modules/fraud/application/gather-facts.ts';
import { ResolveCase } from '../../../../src/modules/fraud/application/resolve-case.ts';
import type { Contract, Envelope } from '../../../../src/shared/events.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { instant, plusMs } from '../../../../src/shared/instant.ts';
import { anOrder } from '../../../support/builders.ts';
import { at, CountingIds, idOf } from '../../../support/clock.ts';
import { aTouch } from '../../../support/contracts/attribution-contract.ts';
import { anAssessment } from '../../../support/contracts/fraud-contract.ts';
import { FakeAttributionPort, FakeAttributionTransaction } from '../../../support/fakes/fake-attribution.ts';
import { FakeFraudReader, FakeFraudTransaction } from '../../../support/fakes/fake-fraud.ts';
import { FakeOrdersPort, FakeOrderTransaction } from '../../../support/fakes/fake-orders.ts';
import { rejects } from '../../../support/rejects.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';

const noon = instant('2018-01-10T12:00:00Z');
const placedAt = plusMs(noon, 1_800_000);
let count = 0;

const envelope = <Payload extends object>(contract: Contract<Payload>, payload: Payload): Envelope => ({
  id: idOf('evt', (count += 1)),
  type: contract.type,
  version: contract.version,
  source: 'attribution',
  aggregate: 'cnv',
  aggregateVersion: 1,
  partitionKey: 'ord',
  occurredAt: noon,
  payload,
});

/** Order n, credited to partner p for click c. */
const about = (n: number) => ({
  conversionId: idOf('cnv', n),
  orderId: idOf('ord', n),
  orderRef: `A-${n}`,
  programId: idOf('prg', 1),
  placedAt,
  policyVersion: 1,
  decidedAt: noon,
});
const credited = (n: number, p = n, c = n): Envelope =>
  envelope(ConversionAttributedV1, {
    ...about(n),
    partnerId: idOf('par', p),
    clickId: idOf('clk', c),
    touchedAt: noon,
  });
const changed = (n: number, to?: { p: number; c: number }): Envelope =>
  envelope(AttributionChangedV1, {
    ...about(n),
    reason: 'late_click',
    previousPartnerId: idOf('par', n),
    ...(to && { partnerId: idOf('par', to.p), clickId: idOf('clk', to.c), touchedAt: noon }),
  });

/** Order n, credited to some partners for clicks of the same numbers; the first of them leads. */
const partsOf = (...ps: readonly number[]) =>
  ps.map((p) => ({
    partnerId: idOf('par', p),
    clickId: idOf('clk', p),
    touchKind: 'click',
    touchedAt: noon,
    share: `1/${ps.length}`,
  }));
const shared = (n: number, lead: number, ...others: readonly number[]): Envelope =>
  envelope(ConversionAttributedV1, {
    ...about(n),
    partnerId: idOf('par', lead),
    clickId: idOf('clk', lead),
    touchedAt: noon,
    credits: partsOf(lead, ...others),
  });
const sharedAnew = (n: number, lead: number, ...others: readonly number[]): Envelope =>
  envelope(AttributionChangedV1, {
    ...about(n),
    reason: 'late_click',
    partnerId: idOf('par', lead),
    clickId: idOf('clk', lead),
    touchedAt: noon,
    credits: partsOf(lead, ...others),
  });

const CLICKLESS = ['coupon', 'dealer', 'test_drive', 'late_claim'] as const;

/**
 * Clicks 1 to 5 on five partners' links; click 2 is a machine's, click 3 in the second of the order. Touches 6 to 9 are of
 * the moment of the order, and nobody's clicks.
 */
const setUp = async () => {
  const clicks = new FakeAttributionTransaction();
  const orders = new FakeOrderTransaction();
  const partners = new StandingPartners();
  const transaction = new FakeFraudTransaction();
  const ids = new CountingIds();
  const clock = at('2018-02-01T00:00:00Z');
  await clicks.run(({ touchpoints }) =>
    touchpoints.record([
      aTouch(1),
      aTouch(2, { userAgent: 'curl/8.5.0' }),
      aTouch(3, { occurredAt: plusMs(placedAt, -1_000) }),
      aTouch(4),
      aTouch(5),
      ...CLICKLESS.map((kind, index) => aTouch(6 + index, { kind, occurredAt: placedAt })),
    ]),
  );
  await orders.run(async (stores) => {
    for (const n of [1, 2, 3, 4]) {
      const name = { orderId: idOf('ord', n), programId: idOf('prg', 1), orderRef: `A-${n}` };
      const facts = anOrder({ ...name, placedAt, customerEmailFingerprint: `of customer ${n}` });
      await stores.orders.open([{ ...name, newId: name.orderId }]);
      await stores.orders.save([{ ...name, newEvents: [], facts, exceptions: [] }], noon);
    }
  });
  const gather = new GatherFacts(
    new FakeAttributionPort(clicks),
    new FakeOrdersPort(orders),
    partners,
    new IsbotDetector(),
  );
  const [consumer] = fraudConsumers(transaction, gather, new AssessConversions(ids, clock));
  return {
    transaction,
    partners,
    hear: (...batch: Envelope[]) => consumer!.handle(batch),
    resolve: new ResolveCase(transaction, ids, clock),
    audit: new FraudQueries(new FakeFraudReader(transaction)),
    said: () => transaction.published.map(nameOf),
    verdicts: () => transaction.assessments().map(({ verdict }) => verdict),
    states: () => transaction.cases().map(({ state }) => state),
  };
};

const ASSESSED = 'fraud.conversion_assessed.v1';

describe('assessing credited conversions', () => {
  it('allows what no rule objects to, with the facts it rests on', async () => {
    const { transaction, hear } = await setUp();

    await hear(credited(1));

    const [told] = transaction.published;
    expect(told).to.include({ aggregate: idOf('cnv', 1), partitionKey: idOf('ord', 1) });
    expect(told?.payload).to.deep.equal({
      conversionId: idOf('cnv', 1),
      orderId: idOf('ord', 1),
      programId: idOf('prg', 1),
      partnerId: idOf('par', 1),
      verdict: 'allow',
      reasons: [],
      assessedAt: '2018-02-01T00:00:00.000Z',
    });
    expect(transaction.assessments()[0]?.facts).to.deep.equal({
      clickedAt: noon,
      placedAt,
      live: false,
      kind: 'click',
      signals: [],
      emails: 'different',
    });
    expect(transaction.cases()).to.be.empty;
  });

  it('holds what a rule objects to, and opens a case for each order', async () => {
    const { transaction, hear, said } = await setUp();

    await hear(credited(1), credited(2), credited(3));

    expect(said()).to.deep.equal([ASSESSED, ASSESSED, ASSESSED, 'fraud.case_opened.v1', 'fraud.case_opened.v1']);
    expect(transaction.published.map(({ payload }) => (payload as { reasons: unknown }).reasons)).to.deep.equal([
      [],
      ['bot_user_agent'],
      ['click_to_order_time'],
      ['bot_user_agent'],
      ['click_to_order_time'],
    ]);
  });

  it('holds nothing for having come with the order that nobody clicked', async () => {
    const { hear, verdicts } = await setUp();

    for (const index of CLICKLESS.keys()) await hear(credited(1, 1, 6 + index));

    expect(verdicts()).to.deep.equal(['allow', 'allow', 'allow', 'allow']);
  });

  it('knows a partner who buys from itself, and keeps no address of anybody', async () => {
    const { transaction, partners, hear } = await setUp();
    partners.emails.set(idOf('par', 1), 'of customer 1');

    await hear(credited(1));

    expect(transaction.assessments()[0]?.findings.map(({ code }) => code)).to.deep.equal(['self_referral']);
    expect(JSON.stringify(transaction.assessments())).not.to.contain('of customer');
  });

  it('does nothing again when told again', async () => {
    const { transaction, hear } = await setUp();
    const told = credited(2);

    await hear(told, told);
    await hear(told);

    expect(transaction.assessments()).to.have.length(1);
    expect(transaction.published).to.have.length(2);
  });

  it('gives no verdict when somebody does not answer, and keeps nothing', async () => {
    const { transaction, partners, hear } = await setUp();
    partners.away = new Error('away');

    const refusal = await hear(credited(1)).catch((error: unknown) => error);

    expect(refusal).to.equal(partners.away);
    expect(transaction.published).to.be.empty;
    partners.away = undefined;
    await hear(credited(1));
    expect(transaction.assessments()).to.have.length(1);
  });

  it('gives no verdict about an order or a click nobody knows anything about', async () => {
    const { transaction, hear } = await setUp();

    await rejects(hear(credited(9)), 'fraud.facts_missing');
    await rejects(hear(credited(1, 1, 99)), 'fraud.facts_missing');

    expect(transaction.assessments()).to.be.empty;
  });
});

describe('assessing again when the credit changes', () => {
  it('looks at the credit as it is now, and drops the case about the one before', async () => {
    const { hear, verdicts, states, said } = await setUp();
    await hear(credited(2));

    await hear(changed(2, { p: 4, c: 4 }));

    expect(verdicts()).to.deep.equal(['review', 'allow']);
    expect(states()).to.deep.equal(['dropped']);
    expect(said()).not.to.include('fraud.case_resolved.v1');
  });

  it('keeps one open case an order, about whoever is credited now', async () => {
    const { transaction, hear, states, said } = await setUp();
    await hear(credited(2));

    await hear(changed(2, { p: 3, c: 3 }));

    expect(states()).to.deep.equal(['open']);
    expect(transaction.cases()[0]?.assessment).to.include({ partnerId: idOf('par', 3) });
    expect(said().filter((name) => name === 'fraud.case_opened.v1')).to.have.length(1);
  });

  it('drops the case when nobody is credited any more, and gives no verdict', async () => {
    const { hear, verdicts, states } = await setUp();
    await hear(credited(2));

    await hear(changed(2));

    expect(verdicts()).to.deep.equal(['review']);
    expect(states()).to.deep.equal(['dropped']);
  });

  it('takes the last word of a batch', async () => {
    const { transaction, hear } = await setUp();

    await hear(credited(2), changed(2, { p: 4, c: 4 }), credited(1), changed(1));

    expect(transaction.assessments().map(({ partnerId }) => partnerId)).to.deep.equal([idOf('par', 4)]);
    expect(transaction.cases()).to.be.empty;
  });
});

describe('assessing a credit that several partners share', () => {
  const review = { reviewer: 'rita', reason: 'called the customer' };

  it('gives each partner a verdict on its own click, told once each', async () => {
    const { transaction, hear, said } = await setUp();
    const told = shared(1, 1, 2, 4);

    await hear(told, told);
    await hear(told);

    expect(
      transaction.assessments().map(({ partnerId, clickId, verdict }) => [partnerId, clickId, verdict]),
    ).to.deep.equal([
      [idOf('par', 1), idOf('clk', 1), 'allow'],
      [idOf('par', 2), idOf('clk', 2), 'review'],
      [idOf('par', 4), idOf('clk', 4), 'allow'],
    ]);
    expect(said()).to.deep.equal([ASSESSED, ASSESSED, ASSESSED, 'fraud.case_opened.v1']);
    const versions = transaction.published.slice(0, 3).map(({ aggregate }) => aggregate);
    expect(new Set(versions)).to.deep.equal(new Set([idOf('cnv', 1)]));
  });

  it('opens a case for each partner somebody has to look at, and a person’s word is about that one', async () => {
    const { transaction, hear, resolve, states } = await setUp();
    await hear(shared(1, 2, 3));

    const [first] = transaction.cases();
    await resolve.run({ caseId: first!.caseId, outcome: 'reject', ...review });

    expect(states()).to.deep.equal(['rejected', 'open']);
    expect(transaction.published.at(-1)?.payload).to.deep.include({ partnerId: idOf('par', 2), verdict: 'reject' });
  });

  it('comes to the same however the parts are told: at once, or one after another', async () => {
    const lastOf = async (...batches: readonly Envelope[][]) => {
      const { transaction, hear } = await setUp();
      for (const batch of batches) await hear(...batch);
      const verdicts = new Map(transaction.assessments().map(({ partnerId, verdict }) => [partnerId, verdict]));
      const open = transaction.cases().filter(({ state }) => state === 'open');
      return [verdicts, new Set(open.map(({ assessment }) => assessment.partnerId))];
    };

    const atOnce = await lastOf([shared(1, 1, 2, 3)]);

    expect(await lastOf([credited(1)], [sharedAnew(1, 1, 2)], [sharedAnew(1, 1, 2, 3)])).to.deep.equal(atOnce);
    expect(await lastOf([credited(1), sharedAnew(1, 1, 2)], [sharedAnew(1, 3, 2, 1)])).to.deep.equal(atOnce);
  });

  it('drops the case of whoever lost its part, and leaves the others’ open', async () => {
    const { transaction, hear, states } = await setUp();
    await hear(shared(1, 2, 3, 4));

    await hear(sharedAnew(1, 3, 4));

    expect(states().toSorted()).to.deep.equal(['dropped', 'open']);
    const open = transaction.cases().find(({ state }) => state === 'open');
    expect(open?.assessment.partnerId).to.equal(idOf('par', 3));
  });

  it('does not ask again about a click that somebody allowed because others got a part', async () => {
    const { transaction, hear, resolve, verdicts } = await setUp();
    await hear(credited(2));
    await resolve.run({ caseId: transaction.cases()[0]!.caseId, outcome: 'allow', ...review });

    await hear(sharedAnew(2, 2, 4));

    expect(verdicts()).to.deep.equal(['review', 'allow', 'allow', 'allow']);
    expect(transaction.assessments().at(2)).to.deep.include({ partnerId: idOf('par', 2), review });
    expect(transaction.cases()).to.have.length(1);
  });

  it('gives nobody a verdict while one of the clicks is unknown', async () => {
    const { transaction, hear } = await setUp();

    await rejects(hear(shared(1, 1, 99)), 'fraud.facts_missing');

    expect(transaction.assessments()).to.be.empty;
  });
});

describe('resolving a case', () => {
  const review = { reviewer: 'rita', reason: 'called the customer' };

  it('makes the person’s word the verdict', async () => {
    for (const outcome of ['allow', 'reject'] as const) {
      const { transaction, hear, resolve, said, verdicts } = await setUp();
      await hear(credited(2));
      const [open] = transaction.cases();

      const closed = await resolve.run({ caseId: open!.caseId, outcome, ...review });

      expect(closed).to.deep.include({ state: outcome === 'allow' ? 'allowed' : 'rejected', review });
      expect(verdicts()).to.deep.equal(['review', outcome]);
      expect(said().slice(-2)).to.deep.equal(['fraud.case_resolved.v1', ASSESSED]);
      expect(transaction.published.at(-1)?.payload).to.deep.include({ verdict: outcome, reasons: ['bot_user_agent'] });
    }
  });

  it('is refused twice, and for a case nobody opened, and says nothing then', async () => {
    const { transaction, hear, resolve } = await setUp();
    await hear(credited(2));
    const { caseId } = transaction.cases()[0]!;
    await resolve.run({ caseId, outcome: 'allow', ...review });
    const said = transaction.published.length;

    await rejects(resolve.run({ caseId, outcome: 'reject', ...review }), 'fraud.illegal_move');
    await rejects(resolve.run({ caseId: idOf('cas', 99), outcome: 'allow', ...review }), 'fraud.unknown_case');

    expect(transaction.published).to.have.length(said);
  });

  it('lets a rejection stand when another click of the same partner is credited', async () => {
    const { transaction, hear, resolve, verdicts } = await setUp();
    await hear(credited(2));
    await resolve.run({ caseId: transaction.cases()[0]!.caseId, outcome: 'reject', ...review });

    await hear(changed(2, { p: 2, c: 5 }));
    await hear(changed(2, { p: 4, c: 4 }));

    expect(verdicts()).to.deep.equal(['review', 'reject', 'reject', 'allow']);
    expect(transaction.cases()).to.have.length(1);
  });

  it('asks again, in a case of its own, when there is something to ask about another click', async () => {
    const { transaction, hear, resolve, states } = await setUp();
    await hear(credited(2));
    await resolve.run({ caseId: transaction.cases()[0]!.caseId, outcome: 'allow', ...review });

    await hear(changed(2, { p: 2, c: 3 }));

    expect(states()).to.deep.equal(['allowed', 'open']);
  });
});

describe('auditing assessments', () => {
  it('finds none that the rules would not make, whoever gave the verdict', async () => {
    const { transaction, hear, resolve, audit } = await setUp();
    await hear(credited(1), credited(2), credited(3));
    await resolve.run({ caseId: transaction.cases()[0]!.caseId, outcome: 'reject', reviewer: 'rita', reason: 'bot' });

    expect(await audit.contradictions()).to.be.empty;
  });

  it('finds an allowance that the rules did not give', async () => {
    const { transaction, hear, audit } = await setUp();
    await hear(credited(2));
    const [honest] = transaction.assessments();
    const forged = [
      { ...honest!, assessmentId: idOf('asm', 98), verdict: 'allow' as const },
      anAssessment(99, { findings: honest!.findings }),
    ];
    await transaction.run(({ assessments }) => assessments.add(forged));

    expect(await audit.contradictions()).to.deep.equal([
      `${idOf('asm', 98)} is not what the rules make of its facts`,
      `${idOf('asm', 99)} is not what the rules make of its facts`,
    ]);
  });
});
