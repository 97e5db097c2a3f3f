import { expect } from 'chai';
import fc from 'fast-check';
import { CallRails } from '../../../../../src/modules/settlement/application/rails/call-rails.ts';
import { KnownRails } from '../../../../../src/modules/settlement/application/rails/known-rails.ts';
import { SimulatedRail } from '../../../../../src/modules/settlement/application/rails/simulated-rail.ts';
import type { DialectName } from '../../../../../src/modules/settlement/domain/rails/dialects.ts';
import { type Call, CALLS, FATES } from '../../../../../src/modules/settlement/domain/rails/simulated-rail.ts';
import { type PaymentReport, Rail, type Submission } from '../../../../../src/modules/settlement/ports/rails.ts';
import type { PaymentOrder } from '../../../../../src/modules/settlement/ports/payment-files.ts';
import { AppError } from '../../../../../src/shared/errors.ts';
import { derivedId } from '../../../../../src/shared/ids.ts';
import { plusMs } from '../../../../../src/shared/instant.ts';
import { idOf } from '../../../../support/clock.ts';
import { FakeSettlementTransaction } from '../../../../support/fakes/fake-settlement.ts';
import { aStory, GlassVault, payoutOf, programId, type Story } from '../../../../support/settlement-story.ts';
import { at as clockAt } from '../../../../support/clock.ts';

const HOUR = 3_600_000;
const PARTNERS = 3;

interface Fault {
  readonly call: Call;
  readonly fate: string;
}

/** January is earned, closed and sent to wallets; what becomes of each payment is scripted. */
const sentStory = async (dialect: DialectName, seed: string, scripts: readonly Partial<Fault>[], skewMs = 0) => {
  const db = new FakeSettlementTransaction();
  const clock = clockAt('2018-02-05T00:00:00Z');
  const rail = new SimulatedRail(db, { dialect, seed, skewMs }, clock);
  const story = aStory({ transaction: db, carriers: [rail] });
  for (let partner = 1; partner <= PARTNERS; partner += 1) {
    story.partners.wants(idOf('par', partner), { method: 'wallet', wallet: { id: `ana${partner}@example.com` } });
    await story.earn({ n: partner, partner, minor: 5_000n });
    await rail.script(payoutOf('2018-01', partner), scripts[partner - 1] ?? {});
  }
  await story.closed('2018-01');
  await story.sent(derivedId('bat', programId, '2018-01', 'wallet', 'BRL'));
  const calls = new CallRails(db, new KnownRails([rail]), new GlassVault(), clock);
  const live = async (hours: number): Promise<void> => {
    for (let hour = 0; hour < hours; hour += 6) {
      clock.moveTo(plusMs(clock.now(), 6 * HOUR));
      while (await calls.run());
      await story.post.run();
    }
  };
  return { story, db, clock, rail, calls, live };
};

const statesOf = ({ db }: Pick<Story, 'db'>) => db.payouts().map(({ state }) => state);

describe('payouts to wallets', () => {
  it('settle when the provider says so, out of the account it keeps for us', async () => {
    const { story, live } = await sentStory(
      'paypal',
      'a',
      [{}, {}, {}].map(() => ({ call: 'answered', fate: 'paid' })),
    );

    await live(24);

    expect(statesOf(story)).to.deep.equal(['settled', 'settled', 'settled']);
    expect(await story.clearing()).to.equal(0n);
    const [bank] = await story.ledger.balances([`bank:${programId}:main:wallet`]);
    expect(bank?.minor).to.equal('-15000');
    expect(story.db.published.filter(({ type }) => type === 'settlement.payout_settled')).to.have.length(3);
  });

  it('that nobody claims come back after thirty days, and the balance is the partner’s again', async () => {
    const { story, live } = await sentStory('paypal', 'a', [{ call: 'answered', fate: 'never_claimed' }]);

    await live(24 * 3);
    expect(statesOf(story)[0]).to.equal('unclaimed');
    await live(24 * 30);

    const [payout] = story.db.payouts();
    expect([payout?.state, payout?.reason]).to.deep.equal(['returned', 'RECEIVER_UNREGISTERED']);
    expect(await story.available(1)).to.equal(5_000n);
  });

  it('that come back weeks after they settled restore the balance at the original amount', async () => {
    const { story, live } = await sentStory('paypal', 'a', [{ call: 'answered', fate: 'reversed' }]);

    await live(24 * 2);
    expect(await story.available(1)).to.equal(0n);
    await live(24 * 30);

    expect(statesOf(story)[0]).to.equal('returned');
    expect(await story.available(1)).to.equal(5_000n);
    expect(story.db.published.filter(({ type }) => type === 'settlement.payout_returned')).to.have.length(1);
  });

  it('that bounce are on their way again, arrive once, and are told of once', async () => {
    const { story, live } = await sentStory('wise', 'a', [{ call: 'answered', fate: 'bounced_twice' }]);
    const seen = new Set<string>();
    for (let day = 0; day < 14; day += 1) {
      await live(24);
      seen.add(statesOf(story)[0] ?? '');
    }

    const [payout] = story.db.payouts();
    expect([...seen]).to.include.members(['in_transit', 'settled']);
    expect([payout?.state, payout?.bounces]).to.deep.equal(['settled', 2]);
    expect(await story.clearing()).to.equal(0n);
    const told = story.db.published.filter(({ aggregate }) => aggregate === payout?.id).map(({ type }) => type);
    expect(told).to.deep.equal(['settlement.payout_submitted', 'settlement.payout_settled']);
  });

  it('whose answer was lost are asked about, and never sent again', async () => {
    const { story, db, live } = await sentStory('paypal', 'a', [
      { call: 'lost_after', fate: 'paid' },
      { call: 'lost_before', fate: 'paid' },
      { call: 'refused', fate: 'paid' },
    ]);

    await live(24 * 60);

    expect(statesOf(story)).to.deep.equal(['settled', 'unknown', 'rejected']);
    const items = db.tables.simulatedItems.committed.values();
    expect(items.map(({ requests }) => requests)).to.deep.equal([1, 1, 1]);
    const lost = db.tables.railPayments.committed.get(payoutOf('2018-01', 2));
    expect(lost).to.include({ state: 'sent', lastWord: 'not_known' });
    expect(lost?.nextAt, 'it goes on being asked about').to.not.equal(undefined);
    expect(await story.clearing()).to.equal(5_000n);
  });

  for (const dialect of ['paypal', 'wise'] as const) {
    it(`by ${dialect}: whatever happens, nobody is paid twice, and clearing holds what is on its way and no more`, async () => {
      const script = fc.record({
        call: fc.constantFrom(...CALLS),
        fate: fc.constantFrom(...Object.keys(FATES[dialect])),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(script, { minLength: PARTNERS, maxLength: PARTNERS }),
          fc.integer({ min: -48, max: 48 }),
          async (scripts, skewHours) => {
            const { story, db, live } = await sentStory(dialect, 'any', scripts, skewHours * HOUR);

            await live(24 * 45);

            for (const { requests, call } of db.tables.simulatedItems.committed.values()) {
              expect(requests, call).to.equal(call === 'busy_once' ? 2 : 1);
            }
            let onTheWay = 0n;
            for (const [index, payout] of story.db.payouts().entries()) {
              const isBack = ['rejected', 'returned', 'cancelled'].includes(payout.state);
              expect(await story.available(index + 1), payout.state).to.equal(isBack ? 5_000n : 0n);
              if (!isBack && payout.state !== 'settled') onTheWay += 5_000n;
            }
            expect(await story.clearing()).to.equal(onTheWay);
            expect(db.tables.bookings.values().filter(({ refused }) => refused !== undefined)).to.be.empty;
          },
        ),
        { numRuns: 40 },
      );
    }).timeout(60_000);
  }
});

/** A provider that cannot be reached, or dies in our hands. */
class Scripted extends Rail {
  readonly name = 'wallet';
  readonly can = { mostPerPayment: 10n ** 12n, mostPayments: 10, byHand: false };
  sends: string[] = [];
  asks = 0;
  say: () => Promise<Submission> = () => Promise.resolve({ verdict: 'accepted' });
  report: PaymentReport | undefined;

  refusals() {
    return [];
  }

  submit({ payments }: PaymentOrder): Promise<Submission> {
    this.sends.push(...payments.map(({ endToEndId }) => endToEndId));
    return this.say();
  }

  ask(): Promise<PaymentReport | undefined> {
    this.asks += 1;
    return Promise.resolve(this.report);
  }
}

describe('calling a rail', () => {
  const aSent = async () => {
    const rail = new Scripted();
    const story = aStory({ carriers: [rail] });
    story.partners.wants(idOf('par', 1), { method: 'wallet', wallet: { id: 'ana@example.com' } });
    await story.earn({ minor: 5_000n });
    await story.closed('2018-01');
    await story.sent(derivedId('bat', programId, '2018-01', 'wallet', 'BRL'));
    return { rail, story };
  };

  it('waits until everything is on disk, then calls once', async () => {
    const { rail, story } = await aSent();
    expect(rail.sends).to.be.empty;

    await story.callRails.run();
    await story.callRails.run();

    expect(rail.sends).to.deep.equal([payoutOf('2018-01')]);
    expect(statesOf(story)).to.deep.equal(['accepted']);
  });

  it('tries again when certainly nothing was sent, and moves nothing meanwhile', async () => {
    const { rail, story } = await aSent();
    rail.say = () => Promise.reject(new AppError('unavailable', 'settlement.rail_unreachable', 'ECONNREFUSED'));
    await story.callRails.run();
    expect(statesOf(story)).to.deep.equal(['submitted']);

    rail.say = () => Promise.resolve({ verdict: 'accepted' });
    story.clock.moveTo(plusMs(story.clock.now(), HOUR));
    await story.callRails.run();

    expect(statesOf(story)).to.deep.equal(['accepted']);
  });

  it('that dies between sending and noting it is followed by asking, never by sending', async () => {
    const { rail, story } = await aSent();
    rail.say = () => Promise.reject(new Error('the process is gone'));
    await story.callRails.run().catch(() => undefined);

    story.clock.moveTo(plusMs(story.clock.now(), HOUR));
    rail.report = { reference: payoutOf('2018-01'), progress: 'settled', word: 'SUCCESS' };
    await story.callRails.run();

    expect([rail.sends.length, rail.asks]).to.deep.equal([1, 1]);
    expect(statesOf(story)).to.deep.equal(['settled']);
  });

  it('does not send what cannot be carried: the partner chose otherwise meanwhile, or wants money we cannot exchange', async () => {
    const rail = new Scripted();
    const story = aStory({ carriers: [rail] });
    for (const partner of [1, 2]) {
      story.partners.wants(idOf('par', partner), { method: 'wallet', wallet: { id: 'ana@example.com' } });
      await story.earn({ n: partner, partner, minor: 5_000n });
    }
    await story.closed('2018-01');
    story.partners.wants(idOf('par', 1), { method: 'bank' });
    await story.sent(derivedId('bat', programId, '2018-01', 'wallet', 'BRL'));

    expect(story.db.payouts().map(({ state, reason }) => [state, reason])).to.deep.equal([
      ['cancelled', 'method_changed'],
      ['submitted', undefined],
    ]);
    expect(await story.available(1)).to.equal(5_000n);
  });
});
