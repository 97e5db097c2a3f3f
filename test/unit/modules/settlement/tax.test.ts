import { expect } from 'chai';
import { XMLParser } from 'fast-xml-parser';
import type { TaxProfile } from '../../../../src/modules/partners/index.ts';
import { dac7Xml, necCsv } from '../../../../src/modules/settlement/adapters/tax/tax-files.ts';
import { ReportYear } from '../../../../src/modules/settlement/application/tax/report-year.ts';
import { clearanceOf, type TaxSettings } from '../../../../src/modules/settlement/domain/tax/clearance.ts';
import { reportOf, type TaxReport } from '../../../../src/modules/settlement/domain/tax/report.ts';
import { ruleOf } from '../../../../src/modules/settlement/domain/tax/rules.ts';
import { taxYearOf, totalsOf, type YearPayment } from '../../../../src/modules/settlement/domain/tax/year.ts';
import { TaxDesk } from '../../../../src/modules/settlement/ports/tax.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { Money } from '../../../../src/shared/money.ts';
import { at, idOf } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';
import { programId } from '../../../support/settlement-story.ts';
import { SettlingPartners } from '../../../support/settling-partners.ts';

const US: TaxSettings = { jurisdictions: ['US'], source: 'domestic' };
const EU: TaxSettings = { jurisdictions: ['EU'], source: 'domestic' };

const aProfile = (changes: Partial<TaxProfile> = {}): TaxProfile => ({
  partnerId: idOf('par', 1),
  form: 'w9',
  legalName: 'Ada Lovelace',
  entity: 'person',
  country: 'US',
  taxId: '123456789',
  address: { street: '1 Main St', town: 'Reno', postcode: '89501', country: 'US' },
  signedOn: '2023-05-02',
  ...changes,
});

const foreigner = (changes: Partial<TaxProfile> = {}) =>
  aProfile({ form: 'w8ben', country: 'DE', taxId: 'DE123456789', ...changes });

const usd = (minor: bigint): Money => Money.of(minor, 'USD');

describe('tax clearance', () => {
  for (const [who, settings, profile, expected] of [
    ['anybody, where no tax office is named', { ...US, jurisdictions: [] }, undefined, 'clear'],
    ['a resident with a number', US, aProfile(), 'clear'],
    ['a resident without a number', US, aProfile({ taxId: undefined }), '24 % no_tax_id'],
    ['a resident whom the office wants withheld', US, aProfile({ backupWithholding: true }), '24 % backup_ordered'],
    ['somebody who has signed nothing', US, undefined, 'not clear'],
    ['somebody who certified himself elsewhere', US, foreigner({ form: 'self_certified' }), 'not clear'],
    ['a non-resident', US, foreigner(), '30 % non_resident'],
    ['a non-resident under a treaty', US, foreigner({ treatyPercent: '15' }), '15 % treaty'],
    [
      'a treaty claimed without a number',
      US,
      foreigner({ treatyPercent: '15', taxId: undefined }),
      '30 % non_resident',
    ],
    ['a treaty that leaves nothing', US, foreigner({ treatyPercent: '0' }), 'clear'],
    ['a non-resident who earns abroad', { ...US, source: 'foreign' }, foreigner(), 'clear'],
    ['a W-8 that ran out', US, foreigner({ signedOn: '2022-12-31' }), 'not clear'],
    ['a W-8 on its last day', US, foreigner({ signedOn: '2023-01-01' }), '30 % non_resident'],
    ['a seller of the Union without birth date', EU, foreigner({ form: 'self_certified' }), 'not clear'],
    ['a company of the Union', EU, foreigner({ form: 'self_certified', entity: 'company' }), 'clear'],
  ] as const)
    it(`of ${who}: ${expected}`, () => {
      const clearance = clearanceOf(settings, profile, '2026-12-31');
      const said = clearance.clear
        ? clearance.withholding === undefined
          ? 'clear'
          : `${clearance.withholding.percent} % ${clearance.withholding.reason}`
        : 'not clear';

      expect(said).to.equal(expected);
    });

  it('names all that is missing, for every office', () => {
    const clearance = clearanceOf({ jurisdictions: ['US', 'EU'], source: 'domestic' }, undefined, '2026-01-01');

    expect(clearance.clear ? '' : clearance.missing)
      .to.contain('W-9')
      .and.contain('DAC7');
  });

  it('follows the year of the payment', () => {
    expect(ruleOf('US', 2025)?.reportFrom?.minor).to.equal(60_000n);
    expect(ruleOf('US', 2026)?.reportFrom?.minor).to.equal(200_000n);
    expect(ruleOf('EU', 2022)).to.equal(undefined);
  });
});

const payment = (partner: number, minor: bigint, changes: Partial<YearPayment> = {}): YearPayment => ({
  partnerId: idOf('par', partner),
  paid: usd(minor),
  withheld: usd(0n),
  quarter: 1,
  back: false,
  ...changes,
});

const PROFILES = new Map([
  [idOf('par', 1), aProfile()],
  [idOf('par', 2), aProfile({ partnerId: idOf('par', 2) })],
  [idOf('par', 3), foreigner({ partnerId: idOf('par', 3) })],
]);

const yearOf = (payments: readonly YearPayment[], profiles: ReadonlyMap<string, TaxProfile> = PROFILES) => {
  const found = taxYearOf('US', 2026, totalsOf(payments, 'USD'), profiles as typeof PROFILES);
  if (found === undefined) throw new Error('no rule');
  return found;
};

/** A desk that knows one payment of 2026. */
class OnePayment extends TaxDesk {
  readonly reports: TaxReport[] = [];

  settings(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  payments(): Promise<readonly YearPayment[]> {
    const [paid, withheld] = [Money.of(300_000n, 'BRL'), Money.of(0n, 'BRL')];
    return Promise.resolve([payment(1, 0n, { paid, withheld })]);
  }

  lastReport(): Promise<TaxReport | undefined> {
    return Promise.resolve(this.reports.at(-1));
  }

  addReport(report: TaxReport): Promise<boolean> {
    this.reports.push(report);
    return Promise.resolve(true);
  }
}

describe('reporting a year', () => {
  it('waits until the year is over in the program’s zone; until then it is looked at as a draft', async () => {
    const desk = new OnePayment();
    const by = (now: string) => new ReportYear(desk, new SettlingPartners(), at(now));
    const early = by('2026-12-31T23:59:59Z');

    expect((await early.look(programId, 2026, 'US')).isDraft).to.equal(true);
    await rejects(early.run(programId, 2026, 'US', 'ada'), 'settlement.tax_year_unfinished');
    await rejects(early.run(programId, 2027, 'US', 'ada'), 'settlement.tax_year_unfinished');
    expect(desk.reports).to.be.empty;

    const late = by('2027-01-01T12:00:00Z');
    expect((await late.look(programId, 2026, 'US')).isDraft).to.equal(false);
    expect(await late.run(programId, 2026, 'US', 'ada')).to.include({ number: 1, year: 2026 });
  });
});

describe('a tax year', () => {
  it('adds up what was paid by partner and quarter, and takes off what came back in it', () => {
    const [total] = totalsOf([payment(1, 300_000n), payment(1, 50_000n, { quarter: 2, back: true })], 'USD');

    expect(total?.paid.toString()).to.equal('2500.00 USD');
    expect(total?.quarters.map(String)).to.deep.equal(['3000.00 USD', '-500.00 USD', '0.00 USD', '0.00 USD']);
    expect(total?.payments).to.equal(0);
  });

  it('reports from the threshold on, and below it what was withheld', () => {
    const year = yearOf([payment(1, 200_000n), payment(2, 199_999n), payment(3, 10_000n, { withheld: usd(3_000n) })]);

    expect(year.recipients.map(({ partnerId }) => partnerId)).to.deep.equal([idOf('par', 1), idOf('par', 3)]);
    expect(year.notReported.map(({ partnerId }) => partnerId)).to.deep.equal([idOf('par', 2)]);
  });

  it('keeps non-residents off the form for residents, and says what is missing of whoever is on it', () => {
    const year = yearOf([payment(3, 500_000n), payment(4, 500_000n)]);

    expect(year.recipients.map(({ partnerId, missing }) => [partnerId, missing])).to.deep.equal([
      [idOf('par', 4), ['tax profile']],
    ]);
  });
});

describe('a tax report', () => {
  const parts = {
    programId: idOf('prg', 1),
    payer: 'Aurora & Co',
    madeBy: 'ada',
    madeAt: instant('2027-01-20T09:00:00Z'),
  };
  const first = reportOf(yearOf([payment(1, 300_000n), payment(2, 300_000n), payment(4, 900_000n)]), parts, undefined);
  const second = reportOf(yearOf([payment(1, 300_000n), payment(2, 310_000n)]), parts, first);

  it('says beside the one before who is told otherwise, the same, or no longer', () => {
    expect(first.recipients.map(({ mark }) => mark)).to.deep.equal(['original', 'original', 'original']);
    expect(second.number).to.equal(2);
    expect(second.recipients.map(({ mark }) => mark)).to.deep.equal(['unchanged', 'corrected', 'withdrawn']);
  });

  it('is the same after it rested as text', () => {
    const rested = JSON.parse(JSON.stringify(first)) as TaxReport;

    const again = reportOf(yearOf([payment(1, 300_000n), payment(2, 300_000n), payment(4, 900_000n)]), parts, rested);

    expect(again.recipients.map(({ mark }) => mark)).to.deep.equal(['unchanged', 'unchanged', 'unchanged']);
  });

  it('comes as the boxes of Form 1099-NEC, and lets no name be a formula', () => {
    const evil = new Map([[idOf('par', 1), aProfile({ legalName: '=HYPERLINK("x")' })]]);
    const csv = necCsv(reportOf(yearOf([payment(1, 300_050n)], evil), parts, undefined));

    const [header, row] = csv.split('\r\n');
    expect(header).to.match(/^tax_year,payer_name,.*box1_nonemployee_compensation,box4_federal_income_tax_withheld/);
    expect(row).to.contain(`"'=HYPERLINK(""x"")"`).and.contain(',3000.50,0.00,USD,original,');
  });

  it('comes as XML in the shape of DAC7, quarter by quarter', () => {
    const seller = aProfile({ form: 'self_certified', country: 'DE', birthDate: '1990-01-02' });
    const year = taxYearOf(
      'EU',
      2026,
      totalsOf([payment(1, 300_050n, { quarter: 3 })], 'USD'),
      new Map([[idOf('par', 1), seller]]),
    );
    if (year === undefined) throw new Error('no rule');

    const xml = dac7Xml(reportOf(year, parts, undefined));

    const parsed: unknown = new XMLParser({ parseTagValue: false }).parse(xml);
    const at = (path: string): unknown =>
      path.split('/').reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], parsed);
    expect(at('DPI_OECD/MessageSpec/MessageTypeIndic')).to.equal('DPI401');
    expect(at('DPI_OECD/DPIBody/PlatformOperator/Name')).to.equal('Aurora & Co');
    const seller1 = 'DPI_OECD/DPIBody/ReportableSeller';
    expect(at(`${seller1}/Identity/IndividualSeller/BirthInfo/BirthDate`)).to.equal('1990-01-02');
    const services = `${seller1}/RelevantActivities/PersonalServices`;
    expect(at(`${services}/Consideration/ConsQ3`)).to.equal('3000.50');
    expect(at(`${services}/NumberOfActivities/NumbQ3`)).to.equal('1');
  });
});
