import { expect } from 'chai';
import type { Ruling } from '../../../src/modules/settlement/domain/rails/ruling.ts';
import type { RailPayment } from '../../../src/modules/settlement/ports/rail-payments.ts';
import type { SettlementTransaction } from '../../../src/modules/settlement/ports/settlement-stores.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';
import { noonOf, programId } from '../settlement-story.ts';

const aRailPayment = (overrides: Partial<RailPayment> = {}): RailPayment => ({
  payoutId: idOf('pay', 1),
  batchId: idOf('bat', 1),
  programId,
  rail: 'wallet',
  state: 'waiting',
  sealed: 'glass',
  asks: 0,
  nextAt: noonOf('02-05'),
  ...overrides,
});

/** What every store of payments on rails keeps to. `make` knows the payouts 1 and 2, both by ACH, of batch 1. */
export const railsContract = (make: () => Promise<SettlementTransaction>): void => {
  it('keeps payments until they are due, earliest first, and each once', async () => {
    const db = await make();
    const [first, second] = [aRailPayment(), aRailPayment({ payoutId: idOf('pay', 2), nextAt: noonOf('02-04') })];

    for (let time = 0; time < 2; time += 1) await db.run(({ rails }) => rails.add([first, second]));

    const due = await db.run(({ rails }) => rails.due(noonOf('02-05'), 10));
    expect(due.map(({ payoutId }) => payoutId)).to.deep.equal([second.payoutId, first.payoutId]);
    expect(await db.run(({ rails }) => rails.due(noonOf('02-04'), 10))).to.have.length(1);
    expect(await db.run(({ rails }) => rails.due(noonOf('02-05'), 1))).to.have.length(1);
    expect(await db.run(({ rails }) => rails.hold(idOf('pay', 9)))).to.equal(undefined);
  });

  it('gives a payment back as it was saved, and lets none that was sent wait again', async () => {
    const db = await make();
    const sent = aRailPayment({
      state: 'sent',
      sentAt: noonOf('02-05'),
      asks: 3,
      nextAt: undefined,
      lastWord: 'SUCCESS',
      heardAt: noonOf('02-06'),
    });
    await db.run(({ rails }) => rails.add([aRailPayment()]));
    await db.run(({ rails }) => rails.save({ ...sent, state: 'sending' }));
    await db.run(({ rails }) => rails.save(sent));

    expect(await db.run(({ rails }) => rails.hold(sent.payoutId))).to.deep.equal(sent);
    expect(await db.run(({ rails }) => rails.due(noonOf('03-05'), 10))).to.be.empty;
    const failure = await db.run(({ rails }) => rails.save(aRailPayment())).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
    await db.run(({ rails }) => rails.add([aRailPayment()]));
    expect(await db.run(({ rails }) => rails.hold(sent.payoutId))).to.include({ state: 'sent' });
  });

  it('keeps rulings: one that is asked for a payout, and each as it was decided', async () => {
    const db = await make();
    const asked: Ruling = {
      id: idOf('rul', 1),
      payoutId: idOf('pay', 1),
      programId,
      verdict: 'not_paid',
      note: 'a letter',
      state: 'asked',
      askedBy: 'desk',
      askedAt: noonOf('02-05'),
    };
    const refused: Ruling = { ...asked, state: 'refused', decidedBy: 'desk', decidedAt: noonOf('02-06') };
    await db.run(({ rulings }) => rulings.save(asked));

    expect(await db.run(({ rulings }) => rulings.asked(asked.payoutId))).to.deep.equal(asked);
    const second = { ...asked, id: idOf('rul', 2) };
    const failure = await db.run(({ rulings }) => rulings.save(second)).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
    await db.run(({ rulings }) => rulings.save(refused));
    expect(await db.run(({ rulings }) => rulings.ruling(asked.id))).to.deep.equal(refused);
    expect(await db.run(({ rulings }) => rulings.asked(asked.payoutId))).to.equal(undefined);
    await db.run(({ rulings }) => rulings.save(second));
    await rejects(
      db.run(({ rulings }) => rulings.ruling(idOf('rul', 9))),
      'settlement.ruling_not_found',
    );
  });

  it('finds payouts by what their ACH entries are called, and keeps each notice once', async () => {
    const db = await make();
    const reference = '000000000000001';
    const notice = { kind: 'return', code: 'R03', reference, trace: '1', minor: 5n, notedAt: noonOf('02-06') } as const;

    const found = await db.run(({ rails }) => rails.achPayouts([reference, 'FFFFFFFFFFFFFFF']));
    for (let time = 0; time < 2; time += 1) {
      await db.run(({ rails }) =>
        rails.addNotices([
          { ...notice, payoutId: idOf('pay', 1) },
          { ...notice, trace: '2' },
        ]),
      );
    }

    expect([...found].map(([name, { id }]) => [name, id])).to.deep.equal([[reference, idOf('pay', 1)]]);
  });
};
