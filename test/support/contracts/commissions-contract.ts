import { expect } from 'chai';
import { reckon } from '../../../src/modules/commission/domain/life-cycle/reckon.ts';
import type { CommissionTransaction } from '../../../src/modules/commission/ports/commissions.ts';
import { instant } from '../../../src/shared/instant.ts';
import { aCredit, allowing, aPart, anOrder, aTermsVersion, partsOf } from '../builders.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';

const terms = aTermsVersion();
const now = instant('2018-03-01T00:00:00Z');
const order = anOrder({
  milestones: { placed: instant('2018-01-02T00:00:00Z'), delivered: instant('2018-01-10T00:00:00Z') },
});
const credit = aCredit({ verdicts: [allowing()] });
const [vested] = reckon({ order, credit, commissions: [], parts: partsOf(order, credit, terms) }).commissions;
if (vested === undefined) throw new Error('the builders make a commission');

/** As it would travel: a field that is absent and one that is undefined are the same. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What every store of commissions promises; the fake and the real one both run through it. */
export const commissionsContract = (make: () => Promise<CommissionTransaction>): void => {
  const withVested = async () => {
    const transaction = await make();
    await transaction.run(async (stores) => {
      await stores.terms.add(terms);
      await stores.commissions.save([vested]);
    });
    return transaction;
  };

  it('gives a commission back as it was saved, by its order and by its id', async () => {
    const transaction = await withVested();

    await transaction.run(async ({ commissions }) => {
      expect(plain(await commissions.ofOrders([order.orderId]))).to.deep.equal(plain([vested]));
      expect(plain(await commissions.ofIds([vested.id, vested.id]))).to.deep.equal(plain([vested]));
      expect(await commissions.ofIds([])).to.be.empty;
    });
  });

  it('saves a change over what was there', async () => {
    const transaction = await withVested();
    const locked = { ...vested, state: 'locked' as const, lockedAt: now };

    await transaction.run(({ commissions }) => commissions.save([locked]));

    expect(plain(await transaction.run(({ commissions }) => commissions.ofIds([vested.id])))).to.deep.equal(
      plain([locked]),
    );
  });

  it('allows those it is told, and changes nothing else of them', async () => {
    const transaction = await withVested();
    const waiting = { ...vested, allowed: false };
    const other = { ...waiting, id: idOf('com', 2), generation: 2 };
    await transaction.run(({ commissions }) => commissions.save([waiting, other]));

    await transaction.run(({ commissions }) => commissions.allow([waiting.id]));

    const found = await transaction.run(({ commissions }) => commissions.ofIds([waiting.id, other.id]));
    expect(plain(found.find(({ id }) => id === waiting.id))).to.deep.equal(plain({ ...waiting, allowed: true }));
    expect(plain(found.find(({ id }) => id === other.id))).to.deep.equal(plain(other));
  });

  it('finds what is due to lock, and neither what waits nor what is not allowed', async () => {
    const transaction = await withVested();
    const early = { ...vested, id: idOf('com', 2), generation: 2, locksAt: instant('2018-02-01T00:00:00Z') };
    const suspect = { ...vested, id: idOf('com', 3), generation: 3, allowed: false };
    await transaction.run(({ commissions }) => commissions.save([early, suspect]));

    const due = (at: string, limit = 10) =>
      transaction.run(async ({ commissions }) => (await commissions.dueToLock(instant(at), limit)).map(({ id }) => id));

    expect(await due('2018-02-08T23:59:59Z')).to.deep.equal([early.id]);
    expect(await due('2018-02-09T00:00:00Z')).to.deep.equal([early.id, vested.id]);
    expect(await due('2018-03-01T00:00:00Z', 1)).to.deep.equal([early.id]);
  });

  it('leaves alone what waits for its terms to be accepted, until they are, by the partner whose they are', async () => {
    const transaction = await withVested();
    const follower = {
      ...vested,
      id: idOf('com', 4),
      partnerId: idOf('par', 2),
      recruit: { parentId: vested.id, level: 1 as const, percent: '10' },
    };
    const waiting = [vested, follower].map((commission) => ({ ...commission, awaitsAcceptance: true as const }));
    await transaction.run(({ commissions }) => commissions.save(waiting));
    const due = () =>
      transaction.run(async ({ commissions }) => (await commissions.dueToLock(now, 10)).map(({ id }) => id));
    const accepted = { programId: vested.programId, partnerId: vested.partnerId, termsId: vested.termsId };
    const hear = (acceptance: typeof accepted) =>
      transaction.run(({ commissions }) => commissions.awaitNoLonger(acceptance));

    await hear({ ...accepted, partnerId: idOf('par', 3) });
    await hear({ ...accepted, termsId: idOf('trm', 99) });
    await hear({ ...accepted, programId: idOf('prg', 99) });
    expect(await due()).to.be.empty;

    await hear(accepted);

    expect(await due()).to.have.members([vested.id, follower.id]);
    const parents = await transaction.run(({ commissions }) => commissions.parentsOf([vested, follower]));
    expect(plain(parents)).to.deep.equal(plain([vested]));
  });

  it('keeps credits with and without a partner and a verdict', async () => {
    const transaction = await make();
    const nobodys = aCredit({ orderId: idOf('ord', 2), credits: [] });

    await transaction.run(({ credits }) => credits.save([credit, nobodys]));
    await transaction.run(({ credits }) => credits.save([{ ...nobodys, credits: [aPart(3)], decision: 2 }]));

    const stored = await transaction.run(({ credits }) => credits.ofOrders([credit.orderId, nobodys.orderId]));
    expect(plain(stored.find(({ orderId }) => orderId === credit.orderId))).to.deep.equal(plain(credit));
    expect(stored.find(({ orderId }) => orderId === nobodys.orderId)).to.deep.include({
      credits: [aPart(3)],
      decision: 2,
    });
  });

  it('keeps every part of a credit, and every word of fraud', async () => {
    const transaction = await make();
    const touch = {
      clickId: idOf('clk', 1),
      touchKind: 'click',
      touchedAt: now,
      subs: { sub1: 'a' },
      groups: ['gold'],
    };
    const shared = aCredit({
      credits: [
        aPart(1, { share: '1/3', ...touch }),
        aPart(2, { share: '2/3', role: 'converter', campaign: 'spring' }),
      ],
      verdicts: [allowing(1), { ...allowing(2), verdict: 'review', reasons: ['velocity'], assessment: 2 }],
    });

    await transaction.run(({ credits }) => credits.save([shared]));

    expect(plain(await transaction.run(({ credits }) => credits.ofOrders([shared.orderId])))).to.deep.equal(
      plain([shared]),
    );
  });

  it('gives a program’s terms back as they were published, and no version twice', async () => {
    const transaction = await make();
    await transaction.run((stores) => stores.terms.add(terms));

    expect(await transaction.run((stores) => stores.terms.ofPrograms([terms.programId]))).to.deep.equal([terms]);
    await rejects(
      transaction.run((stores) => stores.terms.add({ ...terms, termsId: idOf('trm', 2) })),
      'commission.terms_version_taken',
    );
  });
};
