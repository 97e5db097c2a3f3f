import { expect } from 'chai';
import { LockDue } from '../../../../src/modules/commission/application/reckoning/lock-due.ts';
import { LookAgain } from '../../../../src/modules/commission/application/reckoning/look-again.ts';
import { LookAtCommission } from '../../../../src/modules/commission/application/explaining/look-at-commission.ts';
import { ReckonCommissions } from '../../../../src/modules/commission/application/reckoning/reckon-commissions.ts';
import { outlookText } from '../../../../src/modules/commission/domain/explaining/outlook-text.ts';
import type { AdjustmentReader } from '../../../../src/modules/commission/ports/adjustment-reader.ts';
import type { CommissionReader } from '../../../../src/modules/commission/ports/commission-reader.ts';
import type { OrderFacts } from '../../../../src/modules/orders/index.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { aCredit, allowing, anOrder, aTermsVersion } from '../../../support/builders.ts';
import { at, idOf } from '../../../support/clock.ts';
import { FakeCommissionTransaction } from '../../../support/fakes/fake-commission.ts';
import { aProgram, StandingPartners } from '../../../support/standing-partners.ts';

const nobody = undefined as unknown as CommissionReader;
const { verdicts: _, ...credit } = aCredit();
const { orderId, programId, conversionId } = credit;
const EARNER = idOf('par', 1);
const RECRUITER = idOf('par', 2);

/** An order that was delivered on 2018-01-10 and may lock on 2018-02-09, of a recruited partner. */
const setUp = async () => {
  const db = new FakeCommissionTransaction();
  const partners = new StandingPartners();
  partners.known.set(programId, aProgram({ requiresAcceptance: true }));
  partners.recruit(EARNER, RECRUITER);
  const clock = at('2018-01-20T00:00:00Z');
  const version = aTermsVersion({ recruits: [{ level: 1, percent: '10' }] });
  const order: OrderFacts = anOrder({
    milestones: { placed: instant('2018-01-02T00:00:00Z'), delivered: instant('2018-01-10T00:00:00Z') },
  });
  const orders = { facts: () => Promise.resolve([order]), ofCustomer: () => Promise.resolve([]) };
  const reckon = new ReckonCommissions(orders, partners, clock);
  await db.run(({ terms }) => terms.add(version));
  await db.run((stores) =>
    reckon.run(stores, [
      { orderId, credit },
      { orderId, programId, conversionId, verdict: allowing() },
    ]),
  );
  const lookAgain = new LookAgain(db, partners, clock);
  const own = () => db.all().find(({ recruit }) => recruit === undefined)!;
  const recruiters = () => db.all().find(({ recruit }) => recruit !== undefined)!;
  const reader = {
    find: () => Promise.resolve(own()),
    explanation: () => Promise.resolve(undefined),
    past: () => Promise.resolve([]),
  };
  const noAdjustments = { page: () => Promise.resolve({ data: [], nextCursor: null }) };
  const look = new LookAtCommission(reader, noAdjustments as unknown as AdjustmentReader, partners, clock);
  const lock = new LockDue(db, nobody, partners, clock);
  return {
    ...{ db, partners, clock, lock, own, recruiters },
    accept: async (partnerId = EARNER, termsId = version.termsId) => {
      const acceptance = { programId, partnerId, termsId };
      partners.accepted.push({ ...acceptance, hash: version.hash, acceptedAt: clock.now() });
      await db.run((stores) => lookAgain.afterAcceptance(stores, acceptance));
    },
    states: () => [own().state, recruiters().state],
    blockers: async (commission = own()) => (await look.run(commission)).outlook,
  };
};

describe('a commission of a program whose partners have to accept the terms', () => {
  it('accrues and vests, and does not lock while its partner has not accepted them', async () => {
    const { clock, lock, states } = await setUp();
    expect(states()).to.deep.equal(['vested', 'vested']);
    clock.moveTo('2018-03-01T00:00:00Z');

    await lock.run();

    expect(states()).to.deep.equal(['vested', 'vested']);
  });

  it('locks once they are accepted, from the end of its window, with what follows it', async () => {
    const { db, clock, lock, accept, own, recruiters } = await setUp();
    clock.moveTo('2018-03-01T00:00:00Z');
    await lock.run();
    await accept(RECRUITER);
    await lock.run();
    expect(recruiters().state).to.equal('vested');

    await accept();
    await lock.run();
    await lock.run();

    for (const one of [own(), recruiters()])
      expect(one).to.deep.include({ state: 'locked', lockedAt: instant('2018-02-09T00:00:00Z') });
    expect(db.published.map(nameOf).filter((name) => name === 'commission.locked.v1')).to.have.length(2);
  });

  it('locks on the day where they were accepted before', async () => {
    const { clock, lock, accept, states } = await setUp();
    await accept();
    clock.moveTo('2018-02-09T00:00:00Z');

    await lock.run();

    expect(states()).to.deep.equal(['locked', 'vested']);
  });

  it('is not let go by another version, or by another partner’s word', async () => {
    const { clock, lock, accept, states } = await setUp();
    clock.moveTo('2018-03-01T00:00:00Z');
    await accept(EARNER, idOf('trm', 99));
    await accept(RECRUITER);

    await lock.run();

    expect(states()).to.deep.equal(['vested', 'vested']);
  });

  it('is asked about once, and leaves room for those that may lock', async () => {
    const { db, partners, clock, lock } = await setUp();
    clock.moveTo('2018-03-01T00:00:00Z');
    await lock.run();
    const { asked } = partners;

    await lock.run();

    expect(partners.asked).to.equal(asked);
    const due = await db.run(({ commissions }) => commissions.dueToLock(clock.now(), 10));
    expect(due).to.be.empty;
  });

  it('says that it waits for its partner, from the beginning until it is accepted', async () => {
    const { accept, blockers } = await setUp();
    const outlook = await blockers();

    expect(outlook.blockers.find(({ code }) => code === 'acceptance')).to.deep.equal({
      code: 'acceptance',
      who: 'partner',
      reasons: [],
    });
    expect(outlookText(outlook, 'en')).to.include('the terms are not accepted yet, the partner acts next');
    expect(outlookText(outlook, 'zh')).to.include('尚未接受条款，由合作伙伴处理');
    await accept();
    expect((await blockers()).blockers.map(({ code }) => code)).not.to.include('acceptance');
  });

  it('says so of what follows another whose partner has not accepted either', async () => {
    const { accept, blockers, recruiters } = await setUp();
    const codes = async () => (await blockers(recruiters())).blockers.map(({ code }) => code);
    await accept(RECRUITER);
    expect(await codes()).to.include('acceptance');

    await accept();

    expect(await codes()).not.to.include('acceptance');
  });
});
