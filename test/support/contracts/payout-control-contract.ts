import { expect } from 'chai';
import { booked, type Books } from '../../../src/modules/settlement/domain/books/booking.ts';
import type { Freeze } from '../../../src/modules/settlement/domain/payouts/freeze.ts';
import type { StoredPolicy } from '../../../src/modules/settlement/domain/payouts/payout-policy.ts';
import type { Receivable, Slice } from '../../../src/modules/settlement/domain/payouts/securities.ts';
import type { Waiver } from '../../../src/modules/settlement/domain/payouts/waiver.ts';
import type { PayoutControl } from '../../../src/modules/settlement/ports/payout-control.ts';
import type { SettlementTransaction } from '../../../src/modules/settlement/ports/settlement-stores.ts';
import { instant } from '../../../src/shared/instant.ts';
import { Money } from '../../../src/shared/money.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';
import { aFact, programId } from '../settlement-story.ts';

const now = instant('2018-02-05T00:00:00Z');
const later = instant('2018-03-05T00:00:00Z');
const [one, two] = [idOf('par', 1), idOf('par', 2)];
const books: Books = { programId, currency: 'BRL', timeZone: 'UTC', lastNumber: 0 };

const policy = (version: number, changes: Partial<StoredPolicy> = {}): StoredPolicy => ({
  programId,
  partnerId: undefined,
  version,
  terms: { schedule: 'quarterly' },
  setBy: 'finance',
  setAt: now,
  ...changes,
});

const slice = (n: number, changes: Partial<Slice> = {}): Slice => ({
  id: idOf('rsv', n),
  programId,
  partnerId: one,
  about: idOf('com', n),
  amount: 100n,
  left: 100n,
  reservedAt: now,
  releaseAt: later,
  ...changes,
});

const receivable = (nth: number, changes: Partial<Receivable> = {}): Receivable => ({
  id: idOf('rcv', nth),
  programId,
  partnerId: one,
  nth,
  amount: 70n,
  left: 70n,
  raisedAt: now,
  ...changes,
});

const freeze = (n: number, changes: Partial<Freeze> = {}): Freeze => ({
  id: idOf('frz', n),
  programId: undefined,
  state: 'frozen',
  reason: 'the books do not balance',
  frozenBy: 'auditor',
  frozenAt: now,
  liftAskedBy: undefined,
  liftAskedAt: undefined,
  liftReason: undefined,
  liftedBy: undefined,
  liftedAt: undefined,
  ...changes,
});

/** What every store that controls payouts promises; the fake and the real one both run through it. */
export const payoutControlContract = (make: () => Promise<SettlementTransaction>): void => {
  const opened = async () => {
    const db = await make();
    return <Result>(work: (control: PayoutControl) => Promise<Result>): Promise<Result> =>
      db.run(({ control }) => work(control));
  };

  describe('payout policies', () => {
    it('are versions, of which nobody writes one twice', async () => {
      const run = await opened();

      const added = await run(({ policies }) => policies.add(policy(1)));
      const again = await run(({ policies }) => policies.add(policy(1, { setBy: 'somebody else' })));
      await run(({ policies }) => policies.add(policy(2, { terms: { schedule: 'yearly' } })));

      expect([added, again]).to.deep.equal([true, false]);
      expect(await run(({ policies }) => policies.current(programId))).to.deep.equal(
        policy(2, { terms: { schedule: 'yearly' } }),
      );
      expect(await run(({ policies }) => policies.current(programId, one))).to.equal(undefined);
    });

    it('of a program and of those asked for make a book', async () => {
      const run = await opened();
      await run(async ({ policies }) => {
        await policies.add(policy(1));
        for (const partnerId of [one, two]) await policies.add(policy(1, { partnerId, terms: { coolOffHours: 3 } }));
      });

      const book = await run(({ policies }) => policies.book(programId, [one]));

      expect(book.program).to.deep.equal({ schedule: 'quarterly' });
      expect([...book.partners]).to.deep.equal([[one, { coolOffHours: 3 }]]);
      expect(await run(({ policies }) => policies.book(idOf('prg', 9), [one]))).to.deep.equal({
        program: {},
        partners: new Map(),
      });
    });
  });

  describe('what is heard of partners', () => {
    it('is their open cases, whichever news of a case comes first', async () => {
      const run = await opened();
      const [open, done] = [idOf('cas', 1), idOf('cas', 2)];
      await run(({ guards }) =>
        guards.noteCases([
          { caseId: open, partnerId: one, openedAt: now },
          { caseId: done, partnerId: one, resolvedAt: later },
        ]),
      );
      await run(({ guards }) => guards.noteCases([{ caseId: done, partnerId: one, openedAt: now }]));

      const heard = await run(({ guards }) => guards.heard(programId, [one, two]));

      expect([...heard]).to.deep.equal([
        [one, { openCases: [open], profileChangedAt: undefined, hasRequested: false }],
      ]);
    });

    it('is the last time they said where their money goes', async () => {
      const run = await opened();
      await run(({ guards }) => guards.noteProfile(one, later));
      await run(({ guards }) => guards.noteProfile(one, now));

      const heard = await run(({ guards }) => guards.heard(programId, [one]));

      expect(heard.get(one)?.profileChangedAt).to.equal(later);
    });

    it('is where nothing more can be paid to, until it was another payout that came back', async () => {
      const run = await opened();
      const method = { programId, partnerId: one, version: 2, code: 'AC04', sentAt: now, refusedAt: later };
      const versions = async () =>
        (await run(({ guards }) => guards.heard(programId, [one, two]))).get(one)?.refusedMethods;
      const [payoutId, other] = [idOf('pay', 1), idOf('pay', 2)];

      await run(({ guards }) => guards.refuseMethods([{ ...method, payoutId }]));
      await run(({ guards }) => guards.refuseMethods([{ ...method, payoutId, code: 'AC06' }]));
      await run(({ guards }) => guards.refuseMethods([{ ...method, payoutId: other, version: 1, refusedAt: now }]));

      expect(await versions()).to.deep.equal([
        { version: 1, code: 'AC04' },
        { version: 2, code: 'AC04' },
      ]);
      await run(({ guards }) => guards.allowMethods([payoutId], later));
      expect(await versions()).to.deep.equal([{ version: 1, code: 'AC04' }]);
      await run(({ guards }) => guards.refuseMethods([{ ...method, payoutId, code: 'AC06' }]));
      expect(await versions()).to.deep.include({ version: 2, code: 'AC06' });
    });

    it('is one open request for a payout, until it is answered', async () => {
      const run = await opened();
      const request = { id: idOf('prq', 1), programId, partnerId: one, requestedBy: 'p', requestedAt: now };

      expect(await run(({ guards }) => guards.request(request))).to.deep.equal(request);
      expect(await run(({ guards }) => guards.request({ ...request, id: idOf('prq', 2) }))).to.include({
        id: request.id,
      });
      expect((await run(({ guards }) => guards.heard(programId, [one]))).get(one)?.hasRequested).to.equal(true);
      await run(({ guards }) => guards.answerRequests(programId, [one], '2018-01'));
      expect((await run(({ guards }) => guards.heard(programId, [one]))).size).to.equal(0);
      expect(await run(({ guards }) => guards.request({ ...request, id: idOf('prq', 2) }))).to.include({
        id: idOf('prq', 2),
      });
    });
  });

  it('freezes hold of a program and of the house until they are lifted', async () => {
    const run = await opened();
    const [house, own] = [freeze(1), freeze(2, { programId, frozenAt: later })];
    await run(async ({ guards }) => {
      for (const each of [house, own, freeze(3, { programId: idOf('prg', 9) })]) await guards.saveFreeze(each);
    });

    expect(await run(({ guards }) => guards.freezes(programId))).to.deep.equal([house, own]);
    expect(await run(({ guards }) => guards.freezesToChange(undefined))).to.deep.equal([house]);
    expect(await run(({ guards }) => guards.freezesToChange(programId))).to.deep.equal([own]);
    const lifted = {
      ...house,
      state: 'lifted' as const,
      ...{ liftAskedBy: 'boss', liftAskedAt: now, liftReason: 'fine', liftedBy: 'owner', liftedAt: later },
    };
    await run(({ guards }) => guards.saveFreeze(lifted));
    expect(await run(({ guards }) => guards.freeze(house.id))).to.deep.equal(lifted);
    expect(await run(({ guards }) => guards.freezes(programId))).to.deep.equal([own]);
    await rejects(
      run(({ guards }) => guards.freeze(idOf('frz', 9))),
      'settlement.freeze_not_found',
    );
  });

  it('approvals are kept in the order in which they were given', async () => {
    const run = await opened();
    const [first, second] = [
      { by: 'owner', at: now, isSenior: true },
      { by: 'boss', at: later, isSenior: false },
    ];
    await run(({ approvals }) => approvals.add(idOf('bat', 1), second));
    await run(({ approvals }) => approvals.add(idOf('bat', 1), first));

    expect(await run(({ approvals }) => approvals.ofBatch(idOf('bat', 1)))).to.deep.equal([first, second]);
    expect(await run(({ approvals }) => approvals.ofBatch(idOf('bat', 2)))).to.be.empty;
    expect(await run(({ approvals }) => approvals.totalOf(programId, '2018-01'))).to.equal(0n);
  });

  describe('what stands beside balances', () => {
    it('is open while something is left of it: the earliest release first, floors at the end', async () => {
      const run = await opened();
      const floor = slice(1, { releaseAt: undefined, about: idOf('adj', 1) });
      const [late, soon] = [slice(2), slice(3, { releaseAt: now })];
      const negative = { programId, partnerId: two, since: now, dueAt: later };
      await run(async ({ securities }) => {
        await securities.saveSlices([floor, late, soon, slice(4, { left: 0n })]);
        await securities.saveReceivables([receivable(2), receivable(1), receivable(3, { left: 0n })]);
        await securities.noteNegative([negative]);
        await securities.noteNegative([{ ...negative, since: later }]);
      });

      const open = await run(({ securities }) => securities.open(programId, [one, two, idOf('par', 3)]));

      expect(open.get(one)).to.deep.equal({
        slices: [soon, late, floor],
        receivables: [receivable(1), receivable(2)],
        negative: undefined,
      });
      expect(open.get(two)).to.deep.equal({ slices: [], receivables: [], negative });
      expect(open.size).to.equal(2);
      expect(await run(({ securities }) => securities.floorSlices(programId))).to.deep.equal([floor]);
      expect(await run(({ securities }) => securities.floorSlices(programId, two))).to.be.empty;
      expect([...(await run(({ securities }) => securities.countReceivables(programId, [one, two])))]).to.deep.equal([
        [one, 3],
      ]);
    });

    it('is due on its day, and less once something has left it', async () => {
      const run = await opened();
      const negative = { programId, partnerId: one, since: now, dueAt: later };
      await run(async ({ securities }) => {
        await securities.lock(programId, [one]);
        await securities.saveSlices([slice(1), slice(2, { releaseAt: undefined })]);
        await securities.noteNegative([negative]);
      });

      expect(await run(({ securities }) => securities.slicesDue(now, 9))).to.be.empty;
      expect(await run(({ securities }) => securities.slicesDue(later, 9))).to.deep.equal([slice(1)]);
      await run(({ securities }) => securities.saveSlices([slice(1, { left: 30n })]));
      expect(await run(({ securities }) => securities.slicesDue(later, 9))).to.deep.equal([slice(1, { left: 30n })]);
      expect(await run(({ securities }) => securities.negativesDue(now, 9))).to.be.empty;
      await run(({ securities }) => securities.hasten(programId, [one], now));
      expect(await run(({ securities }) => securities.negativesDue(now, 9))).to.deep.equal([
        { ...negative, dueAt: now },
      ]);
      await run(({ securities }) => securities.clearNegative(programId, [one]));
      expect(await run(({ securities }) => securities.negativesDue(later, 9))).to.be.empty;
    });

    it('is counted from what is booked', async () => {
      const db = await make();
      const facts = [
        aFact('accrue', { n: 1, minor: 500n }),
        aFact('lock', { n: 1, minor: 500n }),
        aFact('claw_back', { n: 1, minor: 40n }),
        { ...aFact('reserve', { minor: 100n }), commissionId: undefined, subject: 'a slice' },
      ];
      await db.run(async (stores) => {
        await stores.books.open([books], now);
        await stores.bookings.add(facts.map((fact) => booked(fact, books)));
      });

      const [available, moved] = await db.run(async ({ control: { securities } }) => [
        await securities.available(programId, [one, two]),
        await securities.moved(programId, one),
      ]);

      expect([available.get(one), available.get(two)]).to.deep.equal([360n, 0n]);
      expect([...moved.byPurpose].toSorted()).to.deep.equal([
        ['accrue', 500n],
        ['claw_back', 40n],
        ['lock', 500n],
        ['reserve', 100n],
      ]);
      expect(moved.unsent).to.equal(0n);
    });

    it('is given up by a waiver, which is kept with who asked and who decided', async () => {
      const run = await opened();
      const asked: Waiver = {
        id: idOf('wvr', 1),
        kind: 'write_off',
        programId,
        partnerId: one,
        amount: Money.of(70n, 'BRL'),
        reason: 'gone',
        state: 'asked',
        askedBy: 'finance',
        askedAt: now,
      };
      await run(({ securities }) => securities.addWaiver(asked));
      const decided: Waiver = { ...asked, state: 'approved', decidedBy: 'boss', decidedAt: later };

      expect(await run(({ securities }) => securities.waiver(asked.id))).to.deep.equal(asked);
      await run(({ securities }) => securities.saveWaiver(decided));
      expect(await run(({ securities }) => securities.waiver(asked.id))).to.deep.equal(decided);
      await rejects(
        run(({ securities }) => securities.waiver(idOf('wvr', 9))),
        'settlement.waiver_not_found',
      );
    });
  });
};
