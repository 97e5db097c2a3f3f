import { expect } from 'chai';
import { LockDue } from '../../../../src/modules/commission/application/reckoning/lock-due.ts';
import { MakeAdjustment } from '../../../../src/modules/commission/application/adjustments/make-adjustment.ts';
import { ReckonCommissions } from '../../../../src/modules/commission/application/reckoning/reckon-commissions.ts';
import type { CommissionReader } from '../../../../src/modules/commission/ports/commission-reader.ts';
import type { OrderFacts } from '../../../../src/modules/orders/index.ts';
import { balances } from '../../../../src/modules/reporting/domain/balance.ts';
import { statusOf } from '../../../../src/modules/reporting/domain/commission-status.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { aCredit, aLine, allowing, anOrder, aTermsVersion } from '../../../support/builders.ts';
import { at, CountingIds, idOf, SeededRandom } from '../../../support/clock.ts';
import { bring } from '../../../support/contracts/reporting-contract.ts';
import { FakeCommissionTransaction } from '../../../support/fakes/fake-commission.ts';
import { FakeReportTransaction } from '../../../support/fakes/fake-reporting.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';

const { verdicts: _, ...credit } = aCredit();
const { orderId, programId, conversionId } = credit;
const partnerId = idOf('par', 1);
const milestones = { placed: instant('2018-01-02T00:00:00Z'), delivered: instant('2018-01-10T00:00:00Z') };
const ordered = (minor: number): OrderFacts =>
  anOrder({ milestones, lines: [aLine({ unitPrice: { minor: String(minor), currency: 'BRL' } })] });

/** An order that locks, earns more afterwards, then less; people give something beside it, and take something back. */
const adjusted = async () => {
  const db = new FakeCommissionTransaction();
  const partners = new StandingPartners();
  const clock = at('2018-05-01T00:00:00Z');
  let order = ordered(10_000);
  const orders = { facts: () => Promise.resolve([order]), ofCustomer: () => Promise.resolve([]) };
  const reckon = new ReckonCommissions(orders, partners, clock);
  const verdict = { orderId, programId, conversionId, verdict: allowing() };
  await db.run(({ terms }) => terms.add(aTermsVersion()));
  await db.run((stores) => reckon.run(stores, [{ orderId, credit }, verdict]));
  await new LockDue(db, undefined as unknown as CommissionReader, partners, clock).run();
  for (const minor of [30_000, 20_000, 24_000]) {
    order = ordered(minor);
    await db.run((stores) => reckon.run(stores, [{ orderId }]));
  }
  const make = new MakeAdjustment(db, partners, new CountingIds(), clock);
  const entry = { programId, partnerId, reason: 'wrong_rate', note: 'as agreed' };
  const [{ id: commissionId } = { id: idOf('com', 1) }] = db.all();
  await make.run({ ...entry, commissionId, kind: 'adjustment', amount: { minor: '-70', currency: 'BRL' } }, 'ada');
  await make.run({ ...entry, kind: 'bonus', amount: { minor: '500', currency: 'BRL' } }, 'ada');
  return db;
};

describe('what reporting says is earned', () => {
  it('is what commission’s own totals come to, after all that was added and taken back, however it was heard', async () => {
    const db = await adjusted();
    const [commission] = db.all();
    expect([commission!.adjusted.isZero, commission!.clawedBack.isZero]).to.deep.equal([false, false]);
    const approved = db.adjustments().reduce((sum, { amount }) => sum + amount.minor, 0n);

    for (const events of [db.published, new SeededRandom(7).shuffled([...db.published, ...db.published])]) {
      const reports = new FakeReportTransaction();
      const { reader } = reports;
      await bring(reports, events, 3);

      const status = statusOf((await reader.commission(commission!.id))!);
      expect(status).to.include({
        amountMinor: commission!.amount.minor,
        addedMinor: commission!.adjusted.minor,
        clawedBackMinor: commission!.clawedBack.minor,
      });
      const scope = { programId, partnerId };
      const sums = (await reader.commissionSums(scope)).map(({ amountMinor: minor, ...sum }) => ({ minor, ...sum }));
      const [balance] = balances(sums, await reader.payoutSums(scope), await reader.adjustmentSums(scope));
      expect(balance).to.include({
        adjusted: approved,
        payable: commission!.amount.minor - commission!.clawedBack.minor + approved,
      });
    }
  });

  it('counts what stands alone on its day, and on no commission', async () => {
    const db = await adjusted();
    const reports = new FakeReportTransaction();

    await bring(reports, db.published);

    const figures = await reports.reader.daily({ programId }, '2018-05-01', '2018-05-01');
    const entries = db.adjustments().filter(({ kind }) => kind !== 'terms');
    expect(figures.find(({ measure }) => measure === 'adjusted')).to.deep.include({
      count: entries.length,
      minor: 430n,
    });
  });
});
