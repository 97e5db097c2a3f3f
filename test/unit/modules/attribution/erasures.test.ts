import { expect } from 'chai';
import { AttributionQueries } from '../../../../src/modules/attribution/application/deciding/attribution-queries.ts';
import { IsbotDetector } from '../../../../src/modules/attribution/adapters/isbot-detector.ts';
import { DecideConversions } from '../../../../src/modules/attribution/application/deciding/decide-conversions.ts';
import { EraseSubject } from '../../../../src/modules/attribution/application/identity/erase-subject.ts';
import { ReceiveTraffic } from '../../../../src/modules/attribution/application/traffic/receive-traffic.ts';
import { RecordTouchpoints } from '../../../../src/modules/attribution/application/traffic/record-touchpoints.ts';
import type { Claim } from '../../../../src/modules/attribution/domain/deciding/claim.ts';
import type { PlacedOrder } from '../../../../src/modules/attribution/domain/deciding/conversion.ts';
import type { Subject } from '../../../../src/modules/attribution/domain/identity/erasure.ts';
import type { Touchpoint } from '../../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { instant, plusMs } from '../../../../src/shared/instant.ts';
import { at, CountingIds, idOf } from '../../../support/clock.ts';
import { aLink, aPlacedOrder, aTouch } from '../../../support/contracts/attribution-contract.ts';
import { aClaim } from '../../../support/contracts/credits-contract.ts';
import { erasuresContract } from '../../../support/contracts/erasures-contract.ts';
import { FakeAttributionReader, FakeAttributionTransaction } from '../../../support/fakes/fake-attribution.ts';
import { rejects } from '../../../support/rejects.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';
import { aVeil, vault } from '../../../support/veil.ts';

const noon = instant('2018-01-10T12:00:00Z');
const TRACES = { userAgent: 'Firefox', referrer: 'https://a.b/', network: '203.0.113.0/24', subs: { sub1: 'mail' } };
const GONE = { userAgent: undefined, referrer: undefined, network: undefined, subs: undefined };
const visitor: Subject = { kind: 'visitor', visitorId: 'v' };
const pseudonym = `erased:${idOf('era', 1)}:0`;

const setUp = async () => {
  const transaction = new FakeAttributionTransaction();
  const clock = at('2018-02-01T00:00:00Z');
  const partners = new StandingPartners();
  const decide = new DecideConversions(partners, clock);
  const receive = new ReceiveTraffic(new RecordTouchpoints(decide), decide, aVeil, new IsbotDetector());
  const orders = {
    facts: () => Promise.resolve([]),
    ofCustomer: (programId: string, ref: string) =>
      Promise.resolve(programId === idOf('prg', 1) && ref === 'c-1' ? [idOf('ord', 1)] : []),
  };
  const erase = new EraseSubject(transaction, orders, partners, vault, new CountingIds(), clock);
  await transaction.run(({ links }) => links.add(aLink(1)));
  return {
    transaction,
    clock,
    erase: (subject: Subject) => erase.run(subject, 'a person'),
    get: (n: number) => erase.get(idOf('era', n)),
    audit: () => new AttributionQueries(new FakeAttributionReader(transaction)).contradictions(),
    hear: (touches: readonly Touchpoint[], placed: readonly PlacedOrder[] = [], amended: readonly PlacedOrder[] = []) =>
      transaction.run((stores) => receive.run(stores, { clicks: [], touches, placed, amended })),
    outcome: () => transaction.conversions()[0]?.decision.outcome,
    touch: (n: number) => transaction.clicks().find(({ clickId }) => clickId === idOf('clk', n)),
  };
};

describe('erasing somebody', () => {
  describe('in memory', () => {
    erasuresContract(() => {
      const transaction = new FakeAttributionTransaction();
      return Promise.resolve({ transaction, reader: new FakeAttributionReader(transaction) });
    });
  });

  const touch = (n: number, overrides: Partial<Touchpoint> = {}) =>
    aTouch(n, { visitorId: 'v', ...TRACES, ...overrides });
  const order = aPlacedOrder(1, { visitorId: 'v' });

  it('removes what tells who they were, tells others, and leaves the partner its credit', async () => {
    const { transaction, hear, erase, touch: kept, outcome, audit } = await setUp();
    await hear([touch(1)], [order]);

    const erasure = await erase(visitor);

    expect(erasure).to.include({ kind: 'visitor', touchpoints: 1, conversions: 1, requestedBy: 'a person' });
    expect(erasure.fingerprint).to.match(/^[\w-]{43}$/);
    expect(kept(1)).to.deep.equal(aTouch(1, { visitorId: pseudonym }));
    expect(outcome()).to.include({ kind: 'attributed', clickId: idOf('clk', 1) });
    expect(await audit()).to.be.empty;
    const told = transaction.published.at(-1)!;
    expect(nameOf(told)).to.equal('attribution.subject_erased.v1');
    expect(JSON.stringify(told.payload)).to.include(erasure.fingerprint).and.not.include('"v"');
  });

  it('does not lose the partner its credit when the order is amended later', async () => {
    const { hear, erase, outcome, audit } = await setUp();
    await hear([touch(1)], [order]);
    await erase(visitor);

    await hear([], [], [{ ...order, orderRef: 'A-1' }]);

    expect(outcome()).to.include({ kind: 'attributed', clickId: idOf('clk', 1) });
    expect(await audit()).to.be.empty;
  });

  it('holds for what is told afterwards and happened before, and for nothing after it', async () => {
    const { transaction, hear, erase, touch: kept } = await setUp();
    await hear([touch(1)]);
    await erase(visitor);

    await hear([touch(2), touch(3, { occurredAt: instant('2018-03-01T00:00:00Z') })], [order]);

    expect(kept(2)).to.deep.equal(aTouch(2, { ...GONE, visitorId: pseudonym }));
    expect(kept(3)).to.include({ visitorId: 'v', userAgent: 'Firefox' });
    expect(transaction.conversions()[0]?.order.visitorId).to.equal(pseudonym);
    expect(transaction.conversions()[0]?.decision.outcome).to.include({ clickId: idOf('clk', 2) });
  });

  it('holds for visitors of whom nothing had arrived yet', async () => {
    const { hear, erase, touch: kept } = await setUp();
    await hear([aTouch(9, { visitorId: 'w' })]);
    expect(await erase(visitor)).to.include({ touchpoints: 0, conversions: 0 });

    await hear([touch(1)]);

    expect(kept(1)).to.include({ visitorId: pseudonym, userAgent: undefined });
  });

  it('again erases what has come since, and is the same erasure when nothing has', async () => {
    const { hear, erase, clock, touch: kept } = await setUp();
    await hear([touch(1)]);
    const first = await erase(visitor);
    expect(await erase(visitor)).to.deep.equal(first);

    clock.moveTo('2018-04-01T00:00:00Z');
    await hear([touch(2, { occurredAt: instant('2018-03-01T00:00:00Z') })]);
    const second = await erase(visitor);

    expect(second.fingerprint).to.equal(first.fingerprint);
    expect(second.erasureId).to.not.equal(first.erasureId);
    expect(second.touchpoints).to.equal(1);
    expect(kept(2)?.visitorId).to.equal(`erased:${second.erasureId}:0`);
    expect(kept(1)?.visitorId).to.equal(pseudonym);
  });

  it('finds a customer by its orders: the visitors they name, and those of the clicks they name', async () => {
    const { hear, erase, touch: kept } = await setUp();
    const later = { occurredAt: plusMs(noon, 1_000) };
    await hear(
      [
        touch(1),
        touch(2, { visitorId: 'phone', ...later }),
        touch(3, { visitorId: undefined }),
        touch(4, { visitorId: 'w' }),
      ],
      [{ ...order, clickId: idOf('clk', 2) }],
    );

    const erasure = await erase({ kind: 'customer', programId: idOf('prg', 1), customerRef: 'c-1' });

    expect(erasure).to.include({ kind: 'customer', touchpoints: 2, conversions: 1 });
    expect([kept(1), kept(2)].map((each) => each?.userAgent)).to.deep.equal([undefined, undefined]);
    expect(new Set([kept(1)?.visitorId, kept(2)?.visitorId])).to.deep.equal(
      new Set([0, 1].map((n) => `erased:${erasure.erasureId}:${n}`)),
    );
    expect(kept(4)).to.include({ visitorId: 'w', userAgent: 'Firefox' });
  });

  it('clears the words of claims to the orders of the one who is erased, and again those that have come since', async () => {
    const { transaction, hear, erase } = await setUp();
    await hear([touch(1)], [order, aPlacedOrder(2, { visitorId: 'w' })]);
    const file = (n: number, overrides: Partial<Claim> = {}) =>
      transaction.run(({ claims }) => claims.add(aClaim(n, overrides)));
    await file(1);
    await file(2, { orderId: idOf('ord', 2) });
    const customer: Subject = { kind: 'customer', programId: idOf('prg', 1), customerRef: 'c-1' };
    const evidence = () =>
      transaction.tables.claims.committed.values().map((claim) => [claim.evidence, ...claim.references]);

    const first = await erase(visitor);

    expect(evidence()).to.deep.equal([['erased'], ['she forgot the code', 'mail 7']]);
    expect(await erase(visitor)).to.deep.equal(first);

    const second = await erase(customer);
    await file(3, { partnerId: idOf('par', 2) });
    const third = await erase(customer);

    expect(evidence().at(-1)).to.deep.equal(['erased']);
    expect(third.erasureId).not.to.equal(second.erasureId);
  });

  it('of nobody known is recorded all the same, and found again', async () => {
    const { erase, get } = await setUp();

    const erasure = await erase({ kind: 'customer', programId: idOf('prg', 1), customerRef: 'nobody' });

    expect(erasure).to.include({ touchpoints: 0, conversions: 0 });
    expect(await get(1)).to.deep.equal(erasure);
    await rejects(get(9), 'attribution.unknown_erasure');
  });
});
