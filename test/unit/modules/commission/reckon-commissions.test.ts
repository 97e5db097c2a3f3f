import { expect } from 'chai';
import { LockDue } from '../../../../src/modules/commission/application/reckoning/lock-due.ts';
import { ReckonCommissions } from '../../../../src/modules/commission/application/reckoning/reckon-commissions.ts';
import type { CreditNews } from '../../../../src/modules/commission/domain/life-cycle/credit-news.ts';
import type { TermsVersion } from '../../../../src/modules/commission/domain/terms/terms.ts';
import type { CommissionReader } from '../../../../src/modules/commission/ports/commission-reader.ts';
import { type OrderFacts, OrdersPort } from '../../../../src/modules/orders/index.ts';
import { canonicalJson } from '../../../../src/shared/canonical-json.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { aCredit, aLine, allowing, aPart, anOrder, aTermsVersion } from '../../../support/builders.ts';
import { at, idOf, SeededRandom } from '../../../support/clock.ts';
import { commissionsContract } from '../../../support/contracts/commissions-contract.ts';
import { FakeCommissionTransaction } from '../../../support/fakes/fake-commission.ts';
import { aProgram, StandingPartners } from '../../../support/standing-partners.ts';

/** Orders as they are known at a moment; tests move on. */
class KnownOrders extends OrdersPort {
  readonly known = new Map<string, OrderFacts>();
  asked = 0;

  facts(ids: readonly string[]): Promise<readonly OrderFacts[]> {
    this.asked += 1;
    return Promise.resolve(ids.flatMap((id) => this.known.get(id) ?? []));
  }

  ofCustomer(): Promise<never> {
    return Promise.reject(new Error('commission asks for no customers'));
  }
}

const setUp = async (...versions: readonly TermsVersion[]) => {
  const transaction = new FakeCommissionTransaction();
  const orders = new KnownOrders();
  const partners = new StandingPartners();
  const reckon = new ReckonCommissions(orders, partners, at('2018-03-01T00:00:00Z'));
  for (const version of versions.length === 0 ? [aTermsVersion()] : versions)
    await transaction.run(({ terms }) => terms.add(version));
  return {
    transaction,
    orders,
    partners,
    hear: (...news: CreditNews[]) => transaction.run((stores) => reckon.run(stores, news)),
  };
};

const { verdicts: _, ...credit } = aCredit();
const orderId = credit.orderId;
const { programId, conversionId } = credit;
const verdict = { orderId, programId, conversionId, verdict: allowing() };

const journey: readonly OrderFacts[] = [
  anOrder({ lines: [aLine({ quantity: 2 })] }),
  anOrder({
    lines: [aLine({ quantity: 2 })],
    milestones: { placed: instant('2018-01-02T00:00:00Z'), confirmed: instant('2018-01-03T00:00:00Z') },
  }),
  anOrder({
    lines: [aLine({ quantity: 2, returnedQuantity: 1 })],
    milestones: {
      placed: instant('2018-01-02T00:00:00Z'),
      confirmed: instant('2018-01-03T00:00:00Z'),
      delivered: instant('2018-01-09T00:00:00Z'),
    },
    returns: [{ eventId: 'r', at: instant('2018-01-12T00:00:00Z'), extent: 'some' }],
  }),
];

describe('reckoning what others say', () => {
  it('comes to the same commission whatever is heard first, late or twice', async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 200; seed += 1) {
      const random = new SeededRandom(seed);
      const { transaction, orders, hear } = await setUp();
      // The order goes on while the messages come as they come; a message about the order only says: look again.
      const messages: CreditNews[] = random.shuffled([
        { orderId, credit },
        verdict,
        { orderId },
        { orderId, credit },
        verdict,
      ]);
      const progress = random.shuffled([0, 1, 2, 2, 2]).toSorted((a, b) => a - b);
      for (const [index, message] of messages.entries()) {
        orders.known.set(orderId, journey[progress[index]!]!);
        await hear(message);
      }
      await hear({ orderId });
      const [commission] = transaction.all();
      outcomes.add(canonicalJson({ ...commission, amount: commission?.amount, vested: commission?.vested }));
    }
    expect([...outcomes]).to.have.length(1);
    expect(outcomes.values().next().value).to.include('"state":"vested"').and.to.include('"minor":"500"');
  });

  it('takes a verdict that overtakes the decision it is about', async () => {
    const { transaction, orders, hear } = await setUp();
    orders.known.set(orderId, journey[2]!);

    await hear(verdict);
    expect(transaction.all()).to.be.empty;
    await hear({ orderId, credit });

    expect(transaction.all()[0]).to.deep.include({ state: 'vested', allowed: true });
  });

  it('allows what fraud lets pass, without looking at the order again', async () => {
    const { transaction, orders, hear } = await setUp();
    orders.known.set(orderId, journey[2]!);
    await hear({ orderId, credit });
    orders.asked = 0;

    await hear(verdict);

    expect(transaction.all()[0]).to.deep.include({ state: 'vested', allowed: true });
    expect(orders.asked).to.equal(0);
  });

  it('looks at an order of which there is other news beside what fraud says', async () => {
    const { transaction, orders, hear } = await setUp();
    orders.known.set(orderId, journey[0]!);
    await hear({ orderId, credit });
    orders.known.set(orderId, { ...journey[0]!, cancelledAt: instant('2018-01-05T00:00:00Z') });

    await hear({ orderId }, verdict);

    expect(transaction.all()[0]).to.deep.include({ state: 'reversed', allowed: true });
  });

  it('looks at the order again when fraud lets pass what it has held up', async () => {
    const { transaction, orders, hear } = await setUp();
    orders.known.set(orderId, journey[2]!);
    const review = { ...verdict.verdict, verdict: 'review' as const, reasons: ['too many'] };
    await hear({ orderId, credit }, { ...verdict, verdict: review });
    expect(transaction.all()[0]?.state).to.equal('held');

    await hear({ ...verdict, verdict: { ...verdict.verdict, assessment: review.assessment + 1 } });

    expect(transaction.all()[0]).to.deep.include({ state: 'vested', allowed: true });
  });

  it('leaves the commissions of an order that is set aside as they are, whatever fraud lets pass', async () => {
    const { transaction, orders, hear } = await setUp();
    orders.known.set(orderId, journey[2]!);
    await hear({ orderId, credit });
    orders.known.set(orderId, { ...journey[2]!, placedAt: instant('2015-01-01T00:00:00Z') });
    await hear({ orderId });
    expect(transaction.uncalculated()).to.have.length(1);

    await hear(verdict);

    expect(transaction.all()[0]).to.deep.include({ state: 'vested', allowed: false });
  });

  it('lets an older decision change nothing', async () => {
    const { transaction, orders, hear } = await setUp();
    orders.known.set(orderId, journey[0]!);
    await hear({ orderId, credit: { ...credit, credits: [aPart(2)], decision: 2 } });

    await hear({ orderId, credit });

    expect(transaction.all().map(({ partnerId }) => partnerId)).to.deep.equal([idOf('par', 2)]);
  });

  it('explains the amount at each step that sets it', async () => {
    const { transaction, orders, hear } = await setUp();
    orders.known.set(orderId, journey[0]!);
    await hear({ orderId, credit });
    orders.known.set(orderId, journey[2]!);
    await hear({ orderId });

    const [commission] = transaction.all();
    const explained = transaction.explanationsOf(commission!.id);
    expect(explained.map(({ kind, explanation }) => [kind, explanation.total.minor])).to.deep.equal([
      ['accrued', '1000'],
      ['reduced', '500'],
    ]);
    expect(commission?.amount.minor).to.equal(500n);
  });

  const flat = {
    groups: [{ name: 'all', rank: 1, when: { all: [] }, amount: { flat: { minor: '900', currency: 'BRL' } } }],
  };

  it('explains anew what comes to the same cents by fewer goods, once', async () => {
    const { transaction, orders, hear } = await setUp(aTermsVersion(flat));
    orders.known.set(orderId, journey[1]!);
    await hear({ orderId, credit });
    await hear({ orderId });
    orders.known.set(orderId, journey[2]!);
    await hear({ orderId });
    await hear({ orderId }, verdict);

    const explained = transaction.explanationsOf(transaction.all()[0]!.id);
    expect(explained.map(({ kind, explanation }) => [kind, explanation.lines[0]?.quantityKept])).to.deep.equal([
      ['accrued', 2],
      ['restated', 1],
    ]);
  });

  it('says by which terms a commission is what it is, though the delivery brought others that pay the same', async () => {
    const first = aTermsVersion({ versionAt: 'delivery', returnWindowDays: 30 });
    const later = aTermsVersion(
      { versionAt: 'delivery', returnWindowDays: 60 },
      { termsId: idOf('trm', 2), version: 2, effectiveFrom: instant('2018-01-05T00:00:00Z') },
    );
    const { transaction, orders, hear } = await setUp(first, later);
    orders.known.set(orderId, journey[1]!);
    await hear({ orderId, credit });
    const { returns: _returns, ...delivered } = journey[2]!;
    orders.known.set(orderId, { ...delivered, returns: [], lines: journey[1]!.lines });
    await hear({ orderId });

    const [commission] = transaction.all();
    expect(commission).to.include({ termsId: later.termsId, termsVersion: 2, state: 'vested' });
    expect(commission?.locksAt).to.equal(instant('2018-03-10T00:00:00Z'));
    const explained = transaction.explanationsOf(commission!.id);
    expect(explained.map(({ kind, explanation }) => [kind, explanation.returnWindowDays])).to.deep.equal([
      ['accrued', 30],
      ['restated', 60],
    ]);
  });

  it('says that it is the period where nothing of the order has changed, though news of the order brought it up', async () => {
    const steps = [
      { from: '0', amount: { percent: '5' } },
      { from: '2', amount: { percent: '10' } },
    ];
    const amount = { tiers: { by: 'count', of: 'partner', per: 'month', mode: 'retroactive', steps } } as const;
    const { transaction, orders, hear } = await setUp(
      aTermsVersion({ groups: [{ name: 'all', rank: 1, when: { all: [] }, amount }] }),
    );
    const other = anOrder({ orderId: idOf('ord', 2), orderRef: 'other' });
    orders.known.set(orderId, journey[0]!);
    orders.known.set(other.orderId, other);
    await hear({ orderId, credit });
    await hear({ orderId: other.orderId, credit: { ...credit, orderId: other.orderId } });

    await hear({ orderId });

    const commission = transaction.all().find((each) => each.orderId === orderId);
    expect(commission?.amount.minor).to.equal(2000n);
    expect(transaction.pastOf(commission!.id).map(({ kind, reasons }) => [kind, reasons])).to.deep.equal([
      ['accrued', []],
      ['raised', ['period_changed']],
    ]);
  });

  it('leaves the explanation of what has locked as it locked', async () => {
    const { transaction, orders, partners, hear } = await setUp(aTermsVersion(flat));
    orders.known.set(orderId, { ...journey[2]!, returns: [], lines: journey[1]!.lines });
    await hear({ orderId, credit }, verdict);
    const lockDue = new LockDue(
      transaction,
      undefined as unknown as CommissionReader,
      partners,
      at('2018-05-01T00:00:00Z'),
    );
    await lockDue.run();
    orders.known.set(orderId, journey[2]!);
    await hear({ orderId });

    const [commission] = transaction.all();
    expect(commission?.state).to.equal('locked');
    expect(transaction.explanationsOf(commission!.id)).to.have.length(1);
  });

  it('sets an order aside that no terms cover, says why, and goes on with the others', async () => {
    const { transaction, orders, hear } = await setUp();
    const other = anOrder({ orderId: idOf('ord', 2), placedAt: instant('2015-01-01T00:00:00Z') });
    orders.known.set(orderId, journey[0]!);
    orders.known.set(other.orderId, other);

    await hear({ orderId: other.orderId, credit: { ...credit, orderId: other.orderId } }, { orderId, credit });

    expect(transaction.all().map((commission) => commission.orderId)).to.deep.equal([orderId]);
    expect(transaction.uncalculated()).to.have.length(1);
    expect(transaction.uncalculated()[0]).to.deep.include({ orderId: other.orderId, code: 'commission.no_terms' });

    orders.known.set(other.orderId, { ...other, placedAt: journey[0]!.placedAt });
    await hear({ orderId: other.orderId });

    expect(transaction.all()).to.have.length(2);
    expect(transaction.uncalculated()).to.be.empty;
  });

  it('lists an order of a program that does not exist, and who has it by then makes no difference', async () => {
    const { transaction, orders, hear } = await setUp();
    const stray = idOf('prg', 7);
    orders.known.set(orderId, anOrder({ programId: stray }));

    await hear({ orderId, credit: { ...credit, programId: stray, credits: [] } });
    await hear({ orderId });

    expect(transaction.uncalculated()).to.have.length(1);
    expect(transaction.uncalculated()[0]).to.deep.include({
      orderId,
      programId: stray,
      code: 'commission.unknown_program',
    });
    expect(transaction.uncalculated()[0]?.detail).to.include(stray).and.to.include('create it');
    expect(transaction.all()).to.be.empty;
  });

  it('calculates it by all that was told meanwhile, once the program is there and somebody has the order', async () => {
    const { transaction, orders, partners, hear } = await setUp();
    partners.known.clear();
    orders.known.set(orderId, journey[0]!);
    await hear({ orderId, credit: { ...credit, credits: [] } });
    orders.known.set(orderId, journey[2]!);
    await hear({ orderId });

    partners.known.set(programId, aProgram());
    await hear({ orderId, credit: { ...credit, decision: 2 } }, verdict);

    expect(transaction.uncalculated()).to.be.empty;
    expect(transaction.all()[0]?.amount.minor).to.equal(500n);
    expect(transaction.all()[0]).to.deep.include({ state: 'vested' });
  });

  it('lists it no longer when the program is there and the order is nobody’s', async () => {
    const { transaction, orders, partners, hear } = await setUp();
    partners.known.clear();
    orders.known.set(orderId, journey[0]!);
    await hear({ orderId, credit: { ...credit, credits: [] } });

    partners.known.set(programId, aProgram());
    await hear({ orderId, credit: { ...credit, credits: [], decision: 2 } });

    expect(transaction.uncalculated()).to.be.empty;
  });

  it('lists it no longer when it was called off: nothing is owed, whatever program it was of', async () => {
    const { transaction, orders, partners, hear } = await setUp();
    partners.known.clear();
    orders.known.set(orderId, journey[0]!);
    await hear({ orderId, credit: { ...credit, credits: [] } });

    orders.known.set(orderId, anOrder({ state: 'cancelled', cancelledAt: instant('2018-01-05T00:00:00Z') }));
    await hear({ orderId });

    expect(transaction.uncalculated()).to.be.empty;
  });

  it('lists no order that lost whoever had it', async () => {
    const { transaction, orders, hear } = await setUp();
    orders.known.set(orderId, anOrder({ placedAt: instant('2015-01-01T00:00:00Z') }));
    await hear({ orderId, credit });
    expect(transaction.uncalculated()).to.have.length(1);

    await hear({ orderId, credit: { ...credit, credits: [], decision: 2 } });

    expect(transaction.uncalculated()).to.be.empty;
  });

  it('keeps the groups a partner was in when it was credited first', async () => {
    const { transaction, orders, partners, hear } = await setUp();
    orders.known.set(orderId, journey[0]!);
    partners.groupsOf.set(idOf('par', 1), ['gold']);
    await hear({ orderId, credit });
    partners.groupsOf.set(idOf('par', 1), ['silver']);

    await hear({ orderId, credit: { ...credit, decision: 2 } });

    const stored = await transaction.run(({ credits }) => credits.ofOrders([orderId]));
    expect(stored[0]?.credits[0]?.groups).to.deep.equal(['gold']);
  });
});

describe('locking what is due', () => {
  it('locks once, tells once, and counts from the end of the window', async () => {
    const { transaction, orders, partners, hear } = await setUp();
    orders.known.set(orderId, journey[2]!);
    await hear({ orderId, credit }, verdict);
    const lockDue = new LockDue(
      transaction,
      undefined as unknown as CommissionReader,
      partners,
      at('2018-05-01T00:00:00Z'),
    );

    expect(await lockDue.run()).to.equal(false);
    await lockDue.run();

    expect(transaction.all()[0]).to.deep.include({ state: 'locked', lockedAt: instant('2018-02-08T00:00:00Z') });
    expect(transaction.published.map(nameOf).filter((name) => name === 'commission.locked.v1')).to.have.length(1);
  });
});

describe('the fake store of commissions', () => {
  commissionsContract(() => Promise.resolve(new FakeCommissionTransaction()));
});
