import { expect } from 'chai';
import fc from 'fast-check';
import { PdfPapers } from '../../../../src/modules/settlement/adapters/documents/pdf-papers.ts';
import {
  contentOf,
  creditOf,
  type Invoice,
  invoiceLifecycle,
  invoiceNumber,
  moveInvoice,
  SUPPLIES,
} from '../../../../src/modules/settlement/domain/invoices/invoice.ts';
import { invoiceSheet } from '../../../../src/modules/settlement/domain/invoices/invoice-sheet.ts';
import { mustBeBillable, rateOn, VAT_SCHEMES } from '../../../../src/modules/settlement/domain/invoices/vat.ts';
import { standardRate, VAT_COUNTRIES } from '../../../../src/modules/settlement/domain/invoices/vat-data.ts';
import { statementOf } from '../../../../src/modules/settlement/domain/statements/statement.ts';
import { InvoiceIssuedV1 } from '../../../../src/modules/settlement/events.ts';
import { digest } from '../../../../src/shared/digest.ts';
import { is } from '../../../../src/shared/events.ts';
import { Money } from '../../../../src/shared/money.ts';
import { idOf } from '../../../support/clock.ts';
import { aBuyer, anInvoiceStory, aSupplier } from '../../../support/invoice-story.ts';
import { bytesOf, textOfPdf } from '../../../support/pdf-text.ts';
import { rejects } from '../../../support/rejects.ts';
import { aFact, anAdjustment, noonOf, programId } from '../../../support/settlement-story.ts';

const brl = (minor: bigint): Money => Money.of(minor, 'BRL');

const statement = statementOf({
  ...{ programId, partnerId: idOf('par', 1), period: '2018-01', number: 42, closedAt: noonOf('02-01') },
  ...{ opening: brl(0n), closing: brl(0n), lines: [] },
});

const aSupply = fc.record({
  what: fc.constantFrom(...SUPPLIES),
  count: fc.integer({ min: 1, max: 1_000 }),
  net: fc.bigInt(-10_000_000n, 10_000_000n).map(brl),
});

const aDrafting = fc
  .record({
    supplied: fc.array(aSupply, { minLength: 1, maxLength: 4 }),
    scheme: fc.constantFrom(...VAT_SCHEMES),
    rate: fc
      .integer({ min: 0, max: 27_000 })
      .map((milli) => `${Math.floor(milli / 1_000)}.${String(milli % 1_000).padStart(3, '0')}`),
  })
  .filter(({ supplied }) => supplied.reduce((sum, { net }) => sum + net.minor, 0n) !== 0n);

describe('the content of an invoice', () => {
  const drafted = ({ supplied, scheme, rate }: typeof aDrafting extends fc.Arbitrary<infer T> ? T : never) =>
    contentOf({ statement, supplied, supplier: aSupplier({ scheme, rate }), buyer: aBuyer, day: '2018-01-31' });

  it('is net, VAT by rate and gross, which sum up, and charges nothing outside of domestic', () => {
    fc.assert(
      fc.property(aDrafting, (drafting) => {
        const { lines, net, vat, gross } = drafted(drafting);

        expect(lines.reduce((sum, line) => sum + line.net.minor, 0n)).to.equal(net.minor);
        expect(vat.reduce((sum, line) => sum + line.net.minor, 0n)).to.equal(net.minor);
        expect(vat.reduce((sum, line) => sum + line.vat.minor, net.minor)).to.equal(gross.minor);
        if (drafting.scheme !== 'domestic') expect(gross.minor).to.equal(net.minor);
      }),
    );
  });

  it('is a credit note when more was taken back than earned, and taken back it is its mirror', () => {
    fc.assert(
      fc.property(aDrafting, (drafting) => {
        const content = drafted(drafting);
        const invoice: Invoice = {
          id: idOf('inv', 1),
          state: 'issued',
          content,
          draftedAt: noonOf('02-01'),
          number: 7,
        };
        const credit = creditOf(invoice);

        expect(content.kind).to.equal(content.net.isNegative ? 'credit_note' : 'invoice');
        expect(credit.kind).not.to.equal(content.kind);
        expect(credit.gross.plus(content.gross).isZero).to.equal(true);
        expect(credit.refersTo).to.equal('SB-000007');
        expect(creditOf({ ...invoice, content: credit }).vat).to.deep.equal(content.vat);
      }),
    );
  });

  it('rounds VAT once for each rate, half away from zero', () => {
    const one = contentOf({
      ...{ statement, buyer: aBuyer, day: '2018-01-31', supplier: aSupplier({ rate: '7.5' }) },
      supplied: [
        { what: 'lock', count: 1, net: brl(33n) },
        { what: 'adjust_up', count: 1, net: brl(27n) },
      ],
    });

    expect(one.vat).to.deep.equal([{ rate: '7.5', net: brl(60n), vat: brl(5n) }]); // 4.5, and not 2.475 + 2.025
    expect(one.rounding).to.equal('per_rate_half_up');
  });

  it('has the rate of the day of the supply', () => {
    const supplier = aSupplier();

    expect(['2020-06-30', '2020-07-01', '2020-12-31', '2021-01-01'].map((day) => rateOn(supplier, day))).to.deep.equal([
      '19',
      '16',
      '16',
      '19',
    ]);
    expect(rateOn(aSupplier({ scheme: 'reverse_charge' }), '2020-01-01')).to.equal('0');
    for (const country of Object.keys(VAT_COUNTRIES)) expect(standardRate(country, '2026-01-01')).to.match(/^\d+/);
  });

  it('is not for nothing, and no reverse charge for a buyer without a VAT id', async () => {
    const { vatId: _, ...buyer } = aBuyer;
    const drafting = { statement, day: '2018-01-31', supplier: aSupplier({ scheme: 'reverse_charge' }), buyer };

    await rejects(() => contentOf({ ...drafting, supplied: [] }), 'settlement.nothing_to_invoice');
    await rejects(
      () => contentOf({ ...drafting, supplied: [{ what: 'lock', count: 1, net: brl(1n) }] }),
      'settlement.buyer_without_vat_id',
    );
  });
});

describe('a billing profile', () => {
  const faultsOf = async (profile: Parameters<typeof aSupplier>[0]) => {
    const { details } = await rejects(() => {
      mustBeBillable(aSupplier(profile));
    }, 'settlement.malformed_billing_profile');
    return details.faults?.map(({ pointer }) => pointer);
  };

  it('has a VAT id as its country writes them', async () => {
    for (const [country, vatId] of [
      ['DE', 'DE12345678'],
      ['AT', 'AT12345678'],
      ['NL', 'NL123456789X01'],
      ['GR', 'GR123456789'],
    ] as const)
      expect(await faultsOf({ country, vatId })).to.deep.equal(['/vatId']);
    for (const [country, vatId] of [
      ['FR', 'FRXX123456789'],
      ['GR', 'EL123456789'],
      ['CH', 'CHE123456789MWST'],
      ['CN', '91110000600037341L'],
    ] as const)
      expect(() => {
        mustBeBillable(aSupplier({ country, vatId, rate: '6' }));
      }).not.to.throw();
  });

  it('says all that its scheme needs, and nothing else', async () => {
    expect(await faultsOf({ country: 'XX' })).to.deep.equal(['/country', '/rate']);
    expect(await faultsOf({ vatId: undefined })).to.deep.equal(['/vatId']);
    expect(await faultsOf({ scheme: 'exempt', rate: '5' })).to.deep.equal(['/exemptBy', '/rate']);
    expect(await faultsOf({ scheme: 'reverse_charge', vatId: undefined })).to.deep.equal(['/vatId']);
  });
});

describe('the life of an invoice', () => {
  const expected: Readonly<Record<string, string>> = {
    'draft issue': 'issued',
    'issued accept': 'accepted',
    'issued dispute': 'disputed',
    'issued void': 'voided',
    'accepted void': 'voided',
    'disputed accept': 'accepted',
    'disputed void': 'voided',
  };

  it('goes as it is drawn, and no other way', async () => {
    for (const state of Object.keys(invoiceLifecycle) as (keyof typeof invoiceLifecycle)[]) {
      for (const action of ['issue', 'accept', 'dispute', 'void'] as const) {
        const next = expected[`${state} ${action}`];
        if (next === undefined) await rejects(() => moveInvoice(state, action), 'settlement.illegal_move');
        else expect(moveInvoice(state, action)).to.equal(next);
      }
    }
  });
});

describe('an invoice in the name of its partner', () => {
  it('waits for the partner to agree, and for both to say who they are', async () => {
    const story = anInvoiceStory();
    await story.earn();
    await story.closed('2018-01');
    const draft = () => story.write.draft(story.statementOf('2018-01'));

    await rejects(draft(), 'settlement.not_agreed');
    await story.billing.agree({ programId, partnerId: idOf('par', 1) }, 'the partner', true);
    await rejects(draft(), 'settlement.no_billing_profile');
    await story.billed();
    await draft();
    await story.billing.agree({ programId, partnerId: idOf('par', 1) }, 'the partner', false);

    await rejects(draft(), 'settlement.not_agreed');
  });

  it('is of what was supplied, and not of what was paid', async () => {
    const story = anInvoiceStory('2018-03-05T00:00:00Z');
    await story.billed();
    await story.earn({ n: 1, minor: 9_000n, on: '01-10' });
    await story.paidOut('2018-01');
    await story.earn({ n: 2, minor: 4_000n, on: '02-10' });
    await story.hear(anAdjustment(1, 500n, { on: '02-11' }), aFact('claw_back', { n: 1, minor: 1_000n, on: '02-12' }));
    await story.closed('2018-02');

    const { content } = await story.issuedFor('2018-02');

    expect(content.lines.map(({ what, count, net }) => [what, count, net.minor])).to.deep.equal([
      ['lock', 1, 4_000n],
      ['adjust_up', 1, 500n],
      ['claw_back', 1, -1_000n],
    ]);
    expect([content.net.minor, content.gross.minor]).to.deep.equal([3_500n, 4_165n]);
  });

  it('has a number without a gap in the partner’s series, whoever issues at the same time, and whatever fails', async () => {
    const story = anInvoiceStory();
    for (const partner of [1, 2, 3]) {
      await story.billed(partner);
      await story.earn({ partner, n: partner });
    }
    await story.closed('2018-01');
    const drafts = await Promise.all(
      [1, 2, 3].map((partner) => story.write.draft(story.statementOf('2018-01', partner))),
    );

    const [first] = await Promise.all(drafts.map(({ id }) => story.write.issue(id)));
    await rejects(story.write.issue(drafts[0]!.id), 'settlement.illegal_move');
    const credit = await story.write.void(drafts[0]!.id, 'wrong address');
    const second = await story.issuedFor('2018-01');

    expect([first?.number, credit.number, second.number]).to.deep.equal([1, 2, 3]);
    expect(second.id).not.to.equal(first?.id);
    expect(credit.content).to.include({ kind: 'credit_note', refersTo: 'SB-000001' });
    expect(story.db.published.filter((event) => is(InvoiceIssuedV1, event))).to.have.length(5);
  });

  it('is drafted anew while it is a draft, and stays as it is once it is issued', async () => {
    const story = anInvoiceStory();
    await story.billed();
    await story.earn();
    await story.closed('2018-01');

    await story.write.draft(story.statementOf('2018-01'));
    await story.billing.setSupplier(idOf('par', 1), aSupplier({ name: 'Another' }));
    const issued = await story.issuedFor('2018-01');
    await story.billing.setSupplier(idOf('par', 1), aSupplier({ name: 'Yet another' }));
    const again = await story.write.draft(story.statementOf('2018-01'));

    expect(issued.content.supplier.name).to.equal('Another');
    expect(again).to.deep.equal(issued);
    const { number = 0, issuedAt, content } = issued;
    expect(issued.digest).to.equal(digest({ number: invoiceNumber(number), issuedAt, content }));
  });

  it('is a credit note about the last invoice, when a period only takes back', async () => {
    const story = anInvoiceStory('2018-03-05T00:00:00Z');
    await story.billed();
    await story.earn({ n: 1, minor: 9_000n, on: '01-10' });
    await story.closed('2018-01');
    await story.issuedFor('2018-01');
    await story.hear(aFact('claw_back', { n: 1, minor: 1_000n, on: '02-12' }));
    await story.closed('2018-02');

    const { content, number } = await story.issuedFor('2018-02');

    expect(number).to.equal(2);
    expect(content).to.include({ kind: 'credit_note', refersTo: 'SB-000001' });
    expect([content.net.minor, content.vat[0]?.vat.minor, content.gross.minor]).to.deep.equal([
      -1_000n,
      -190n,
      -1_190n,
    ]);
  });

  it('shows on paper who supplies and who buys, net, VAT, gross, and what the law wants said', async () => {
    const story = anInvoiceStory();
    await story.billed(1, { scheme: 'reverse_charge' });
    await story.earn({ minor: 12_345n });
    await story.closed('2018-01');
    const issued = await story.issuedFor('2018-01');

    const [english = ''] = await textOfPdf(await bytesOf(new PdfPapers().pdf(invoiceSheet(issued))));
    const [chinese = ''] = await textOfPdf(await bytesOf(new PdfPapers().pdf(invoiceSheet(issued, 'zh'))));

    for (const words of ['SB-000001', '北京汽车推广有限公司', 'Aurora Mobil GmbH', 'DE987654321', '123.45 BRL'])
      expect(english)
        .to.contain(words)
        .and.to.satisfy(() => chinese.includes(words));
    expect(english).to.contain('Reverse charge').and.to.contain('self-billing').and.to.contain(issued.digest);
    expect(chinese).to.contain('反向征税').and.to.contain('价税合计').and.to.contain('促成销售的佣金');
  });
});
