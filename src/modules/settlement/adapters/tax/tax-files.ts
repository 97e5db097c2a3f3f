/**
 * A year's report as tax offices take it. The CSV has the boxes of Form 1099-NEC as columns, a row a recipient. The XML
 * is shaped as the OECD's DPI schema that DAC7 is exchanged in: message, platform operator, reportable sellers with the
 * consideration, fees withheld and activities of each quarter. Who transmits it fills in what only an office assigns.
 */
import { stringify } from 'csv-stringify/sync';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { ReportedRecipient, TaxReport } from '../../domain/tax/report.ts';
import { el, elWith, leaf, type Xml } from '../iso20022/xml.ts';

const NEC_COLUMNS = [
  'tax_year',
  'payer_name',
  'recipient_account',
  'recipient_name',
  'recipient_tin',
  'recipient_street',
  'recipient_town',
  'recipient_postcode',
  'recipient_country',
  'box1_nonemployee_compensation',
  'box4_federal_income_tax_withheld',
  'currency',
  'mark',
  'missing',
];

/** An amount as forms write it, `1234.50`; never a formula, for it begins with a digit or a minus. */
const decimal = (money: MoneyJson): string => Money.fromJson(money).toString().split(' ')[0] ?? '';

/** What a spreadsheet would take for a formula is led by an apostrophe. */
const safe = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

export const necCsv = (report: TaxReport): string =>
  stringify([NEC_COLUMNS, ...report.recipients.map((recipient) => necRow(report, recipient))], {
    record_delimiter: '\r\n',
  });

const necRow = ({ year, payer }: TaxReport, recipient: ReportedRecipient): readonly string[] => {
  const { partnerId, mark, missing, paid, withheld } = recipient;
  const boxes = mark === 'withdrawn' ? ['0.00', '0.00'] : [decimal(paid), decimal(withheld)];
  return [
    ...[String(year), safe(payer), partnerId],
    ...whoIs(recipient).map(safe),
    ...[...boxes, paid.currency, mark, missing.join(', ')],
  ];
};

/** Name, number, street, town, postcode, country; blank is what nobody has said. */
const whoIs = ({ profile }: ReportedRecipient): readonly string[] => {
  if (profile === undefined) return ['', '', '', '', '', ''];
  const { legalName, taxId = '', address } = profile;
  const { street = '', town, postcode = '', country } = address;
  return [legalName, taxId, street, town, postcode, country];
};

const NAMESPACE = 'urn:oecd:ties:dpi:v1';
/** New data, corrected data, deleted data: the indicators of the schema. */
const INDICATORS = { original: 'OECD1', unchanged: 'OECD0', corrected: 'OECD2', withdrawn: 'OECD3' } as const;

export const dac7Xml = (report: TaxReport): string => {
  const sellers = report.recipients.map((recipient) => seller(report, recipient));
  const content = elWith(
    'DPI_OECD',
    { xmlns: NAMESPACE, version: '1.0' },
    spec(report),
    el('DPIBody', operator(report), ...sellers),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${content}\n`;
};

const spec = ({ payer, programId, year, number, madeAt }: TaxReport): Xml =>
  el(
    'MessageSpec',
    leaf('SendingEntityIN', payer, 200),
    leaf('MessageType', 'DPI'),
    leaf('MessageRefId', `${programId}-${year}-${number}`),
    leaf('MessageTypeIndic', number === 1 ? 'DPI401' : 'DPI402'),
    leaf('ReportingPeriod', `${year}-12-31`),
    leaf('Timestamp', madeAt),
  );

const operator = ({ payer, programId }: TaxReport): Xml =>
  el(
    'PlatformOperator',
    leaf('Name', payer, 200),
    leaf('PlatformBusinessName', payer, 200),
    docSpec('OECD1', programId),
  );

const seller = (report: TaxReport, recipient: ReportedRecipient): Xml => {
  const { partnerId, profile, mark, quarters, paymentsByQuarter } = recipient;
  return el(
    'ReportableSeller',
    el('Identity', profile?.entity === 'person' ? person(recipient) : company(recipient)),
    el(
      'RelevantActivities',
      el(
        'PersonalServices',
        el('Consideration', ...quarters.map((paid, index) => amount(`ConsQ${index + 1}`, mark, paid))),
        el('NumberOfActivities', ...paymentsByQuarter.map((count, index) => leaf(`NumbQ${index + 1}`, String(count)))),
        el('Taxes', amount('TaxWithheld', mark, recipient.withheld)),
      ),
    ),
    docSpec(INDICATORS[mark], `${report.programId}-${report.year}-${report.number}-${partnerId}`),
  );
};

const amount = (name: string, mark: ReportedRecipient['mark'], money: MoneyJson): Xml =>
  elWith(name, { currCode: money.currency }, mark === 'withdrawn' ? '0.00' : decimal(money));

const identity = ({ profile }: ReportedRecipient): readonly Xml[] => [
  leaf('ResCountryCode', profile?.country ?? ''),
  elWith(
    'TIN',
    { issuedBy: profile?.country ?? '', unknown: String(profile?.taxId === undefined) },
    profile?.taxId ?? '',
  ),
];

const address = ({ profile }: ReportedRecipient): Xml =>
  el(
    'Address',
    leaf('CountryCode', profile?.address.country ?? ''),
    el(
      'AddressFix',
      profile?.address.street === undefined ? undefined : leaf('Street', profile.address.street, 200),
      profile?.address.postcode === undefined ? undefined : leaf('PostCode', profile.address.postcode, 200),
      leaf('City', profile?.address.town ?? '', 200),
    ),
  );

const person = (recipient: ReportedRecipient): Xml =>
  el(
    'IndividualSeller',
    ...identity(recipient),
    el('Name', leaf('LastName', recipient.profile?.legalName ?? '', 200)),
    address(recipient),
    el('BirthInfo', leaf('BirthDate', recipient.profile?.birthDate ?? '')),
  );

const company = (recipient: ReportedRecipient): Xml =>
  el('EntitySeller', ...identity(recipient), leaf('Name', recipient.profile?.legalName ?? '', 200), address(recipient));

const docSpec = (indicator: string, ref: string): Xml =>
  el('DocSpec', leaf('DocTypeIndic', indicator), leaf('DocRefId', ref, 200));
