import { expect } from 'chai';
import { booked } from '../../../src/modules/settlement/domain/books/booking.ts';
import { contentOf, creditOf, type Invoice, issued } from '../../../src/modules/settlement/domain/invoices/invoice.ts';
import { begunRun, type InvoiceRun } from '../../../src/modules/settlement/domain/invoices/invoice-run.ts';
import { statementOf } from '../../../src/modules/settlement/domain/statements/statement.ts';
import { begunIssueRun, type IssueRun } from '../../../src/modules/settlement/domain/invoices/issue-run.ts';
import type { SettlementTransaction } from '../../../src/modules/settlement/ports/settlement-stores.ts';
import { boundsOf } from '../../../src/shared/calendar.ts';
import { Money } from '../../../src/shared/money.ts';
import { idOf } from '../clock.ts';
import { aBuyer, aSupplier } from '../invoice-story.ts';
import { rejects } from '../rejects.ts';
import { aFact, noonOf, programId } from '../settlement-story.ts';

const books = { programId, currency: 'BRL', timeZone: 'America/Sao_Paulo', lastNumber: 0 };
const partnerId = idOf('par', 1);
const at = noonOf('02-05');
const brl = (minor: bigint): Money => Money.of(minor, 'BRL');

const january = statementOf({
  ...{ programId, partnerId, period: '2018-01', number: 1, closedAt: at, lines: [] },
  ...{ opening: brl(0n), closing: brl(0n) },
});

const aDraft = (n: number, minor: bigint): Invoice => ({
  ...{ id: idOf('inv', n), state: 'draft', draftedAt: at },
  content: contentOf({
    ...{ statement: january, supplier: aSupplier(), buyer: aBuyer, day: '2018-01-31' },
    supplied: [{ what: 'lock', count: 1, net: brl(minor) }],
  }),
});

/** What the store of invoices promises; the fake and the real one both run through it. */
export const invoiceContract = (make: () => Promise<SettlementTransaction>): void => {
  const closed = async (): Promise<SettlementTransaction> => {
    const db = await make();
    await db.run(async (stores) => {
      await stores.books.open([books], at);
      await stores.bookings.add([
        booked(aFact('accrue', { minor: 700n }), books),
        booked(aFact('lock', { minor: 700n }), books),
        booked(aFact('lock', { n: 2, minor: 300n }), books),
        booked(aFact('claw_back', { n: 2, minor: 100n }), books),
        booked(aFact('lock', { n: 3, partner: 2, minor: 900n }), books),
      ]);
      await stores.books.savePeriod({
        ...{ programId, period: '2018-01', state: 'closing', closedBy: 'finance', beganAt: at },
        ...boundsOf('2018-01', books.timeZone),
      });
      await stores.statements.add([january]);
    });
    return db;
  };

  it('knows who stands on invoices, as it was said last', async () => {
    const db = await closed();
    await db.run(async ({ invoices }) => {
      await invoices.saveBuyer(programId, aBuyer);
      await invoices.saveSupplier(partnerId, aSupplier());
      await invoices.saveSupplier(partnerId, aSupplier({ name: 'Another' }));
    });

    const [buyer, supplier, other] = await db.run(async ({ invoices }) => [
      await invoices.buyer(programId),
      await invoices.supplier(partnerId),
      await invoices.supplier(idOf('par', 2)),
    ]);

    expect([buyer, supplier, other]).to.deep.equal([aBuyer, aSupplier({ name: 'Another' }), undefined]);
  });

  it('keeps every agreement, and knows the last', async () => {
    const db = await closed();
    const first = { programId, partnerId, agreedAt: noonOf('01-02'), agreedBy: 'the partner' };
    const again = { ...first, agreedAt: noonOf('01-20') };
    await db.run(async ({ invoices }) => {
      await invoices.saveAgreement(first);
      await invoices.saveAgreement({ ...first, endedAt: noonOf('01-10') });
    });

    const ended = await db.run(({ invoices }) => invoices.agreement(programId, partnerId));
    await db.run(({ invoices }) => invoices.saveAgreement(again));

    expect(ended?.endedAt).to.equal(noonOf('01-10'));
    expect((await db.run(({ invoices }) => invoices.agreement(programId, partnerId)))?.agreedAt).to.equal(
      again.agreedAt,
    );
    expect(await db.run(({ invoices }) => invoices.agreement(programId, idOf('par', 2)))).to.equal(undefined);
  });

  it('sums what a partner supplied in the period of a statement', async () => {
    const db = await closed();

    const supplied = await db.run(({ invoices }) => invoices.supplied(january));

    expect(supplied.map(({ what, count, net }) => [what, count, net.minor])).to.deep.equal([
      ['lock', 2, 1_000n],
      ['claw_back', 1, -100n],
    ]);
  });

  it('drafts one of a statement at a time: whoever comes second sees what the first has drafted', async () => {
    const db = await closed();
    let began = (): void => undefined;
    const beginning = new Promise<void>((resolve) => {
      began = resolve;
    });
    const first = db.run(async ({ invoices }) => {
      await invoices.ofStatement(january.id);
      began();
      await invoices.draft(aDraft(1, 500n));
    });
    await beginning;

    const second = await db.run(({ invoices }) => invoices.ofStatement(january.id));
    await first;

    expect(second.map(({ id }) => id)).to.deep.equal([idOf('inv', 1)]);
  });

  it('gives invoices back as they were saved, and finds the one that was issued last', async () => {
    const db = await closed();
    const first = issued(aDraft(1, 500n), 1, at);
    const voided: Invoice = { ...first, state: 'voided', reason: 'wrong' };
    const credit: Invoice = { id: idOf('inv', 9), state: 'draft', content: creditOf(first), draftedAt: at };
    const second = issued(aDraft(2, 700n), 3, at);
    await db.run(async ({ invoices }) => {
      await invoices.draft(aDraft(1, 400n));
      await invoices.draft(aDraft(1, 500n));
      await invoices.save(first);
    });

    const last = await db.run(({ invoices }) => invoices.lastIssued(programId, partnerId));
    await db.run(async ({ invoices }) => {
      await invoices.save(voided);
      await invoices.draft(credit, first.id);
      await invoices.save(issued(credit, 2, at));
      await invoices.draft(aDraft(2, 700n));
      await invoices.save(second);
    });

    expect(last).to.deep.include(first);
    const ids = await db.run(({ invoices }) => invoices.ofStatement(january.id));
    expect(ids.map(({ id, state }) => [id, state])).to.deep.equal([
      [first.id, 'voided'],
      [second.id, 'issued'],
    ]);
    expect((await db.run(({ invoices }) => invoices.lastIssued(programId, partnerId)))?.id).to.equal(second.id);
    expect((await db.run(({ invoices }) => invoices.invoice(credit.id))).content.refersTo).to.equal('SB-000001');
    await rejects(
      db.run(({ invoices }) => invoices.invoice(idOf('inv', 7))),
      'settlement.invoice_not_found',
    );
  });

  it('draws the numbers of each partner one after the other, and none for what failed', async () => {
    const db = await closed();
    const draw = (partner: number) => db.run(({ invoices }) => invoices.nextNumber(idOf('par', partner)));
    const failed = db.run(async ({ invoices }) => {
      await invoices.nextNumber(partnerId);
      throw new Error('too late');
    });
    await failed.catch(() => undefined);

    const drawn = [await draw(1), await draw(1), await draw(2), await draw(1)];

    expect(drawn).to.deep.equal([1, 2, 1, 3]);
  });

  it('keeps how far the invoices of a month are, with why there are none', async () => {
    const db = await closed();
    const begun = begunRun(programId, '2018-01', { by: 'desk', at });
    const refusal = { partnerId, statementId: january.id, code: 'settlement.not_agreed', detail: 'has not agreed' };
    await db.run(({ invoiceRuns }) => invoiceRuns.save(begun));

    expect(await db.run(({ invoiceRuns }) => invoiceRuns.next())).to.include(begun);
    const statements = await db.run(({ invoiceRuns }) => invoiceRuns.statements(begun, 10));
    const behind = await db.run(({ invoiceRuns }) => invoiceRuns.statements({ ...begun, after: partnerId }, 10));
    expect(behind.map(({ partnerId: id }) => id)).to.deep.equal(
      statements.map(({ partnerId: id }) => id).filter((id) => id > partnerId),
    );
    const done: InvoiceRun = {
      ...begun,
      state: 'done',
      after: partnerId,
      drafted: 1,
      kept: 2,
      refused: 3,
      endedAt: at,
    };
    await db.run(async ({ invoiceRuns }) => {
      for (const code of ['settlement.not_agreed', 'settlement.nothing_to_invoice'])
        await invoiceRuns.addRefusals(begun, [{ ...refusal, code }]);
      await invoiceRuns.save(done);
    });

    expect(await db.run(({ invoiceRuns }) => invoiceRuns.run(programId, '2018-01'))).to.deep.equal(done);
    expect(await db.run(({ invoiceRuns }) => invoiceRuns.next())).to.equal(undefined);
    await db.run(({ invoiceRuns }) => invoiceRuns.clearRefusals(done));
    expect(await db.run(({ invoiceRuns }) => invoiceRuns.run(programId, '2018-02'))).to.equal(undefined);
  });

  it('keeps how far the issuing of a month is, and lists what there is to issue behind that', async () => {
    const db = await closed();
    const begun = begunIssueRun(programId, '2018-01', { by: 'desk', at });
    const voided: Invoice = { ...issued(aDraft(1, 500n), 1, at), state: 'voided', reason: 'wrong' };
    const credit: Invoice = { id: idOf('inv', 9), state: 'draft', content: creditOf(voided), draftedAt: at };
    await db.run(async ({ invoices, issueRuns }) => {
      await invoices.draft(aDraft(1, 500n));
      await invoices.save(voided);
      await invoices.draft(credit, voided.id);
      await invoices.draft(aDraft(2, 700n));
      await issueRuns.save(begun);
    });
    const listed = (run: IssueRun) =>
      db.run(async ({ issueRuns }) => (await issueRuns.invoices(run, 10)).map(({ id, state }) => [id, state]));

    expect(await db.run(({ issueRuns }) => issueRuns.next())).to.include(begun);
    expect(await listed(begun)).to.deep.equal([[idOf('inv', 2), 'draft']]);
    expect(await listed({ ...begun, after: partnerId })).to.be.empty;
    expect(await listed({ ...begun, period: '2018-02' })).to.be.empty;
    expect(await db.run(({ issueRuns }) => issueRuns.invoices(begun, 0))).to.be.empty;
    const done: IssueRun = { ...begun, state: 'done', after: partnerId, issued: 1, kept: 2, refused: 3, endedAt: at };
    const refusal = { partnerId, invoiceId: idOf('inv', 2), code: 'settlement.not_agreed', detail: 'ask it again' };
    await db.run(async ({ issueRuns }) => {
      await issueRuns.addRefusals(begun, [refusal]);
      await issueRuns.addRefusals(begun, [{ ...refusal, detail: 'ask it once more' }]);
      await issueRuns.save(done);
    });

    expect(await db.run(({ issueRuns }) => issueRuns.run(programId, '2018-01'))).to.deep.equal(done);
    expect(await db.run(({ issueRuns }) => issueRuns.next())).to.equal(undefined);
    await db.run(({ issueRuns }) => issueRuns.clearRefusals(done));
    expect(await db.run(({ issueRuns }) => issueRuns.run(programId, '2018-02'))).to.equal(undefined);
  });
};
