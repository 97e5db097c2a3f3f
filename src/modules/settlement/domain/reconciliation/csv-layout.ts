import { AppError, type Fault } from '../../../../shared/errors.ts';

/** What a column may hold; amounts come in one column with a sign, or in two. */
export const CSV_FIELDS = [
  'bookedOn',
  'amount',
  'debit',
  'credit',
  'direction',
  'currency',
  'ref',
  'endToEndId',
  'uetr',
  'batchRef',
  'remittance',
  'counterparty',
  'valueOn',
  'status',
  'returnReason',
  'charges',
  'instructedAmount',
  'instructedCurrency',
  'isCharge',
] as const;
export type CsvField = (typeof CSV_FIELDS)[number];

export const DATE_FORMATS = ['YYYY-MM-DD', 'DD.MM.YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'YYYYMMDD'] as const;
/**
 * `negative_is_debit`, `positive_is_debit`: one column with a sign. `two_columns`: debit and credit, each without.
 * `direction_column`: the amount without a sign, and debit or credit beside it.
 */
export const SIGNS = ['negative_is_debit', 'positive_is_debit', 'two_columns', 'direction_column'] as const;

/** How an account's bank writes its CSV files. */
export interface CsvLayout {
  readonly delimiter: ',' | ';' | '\t' | '|';
  readonly dateFormat: (typeof DATE_FORMATS)[number];
  readonly decimalMark: '.' | ',';
  readonly sign: (typeof SIGNS)[number];
  /** What the bank calls its columns. */
  readonly columns: Readonly<Partial<Record<CsvField, string>>>;
}

/** Our own: what docs/settlement/reconciliation.md publishes. */
export const OUR_CSV: CsvLayout = {
  delimiter: ',',
  dateFormat: 'YYYY-MM-DD',
  decimalMark: '.',
  sign: 'negative_is_debit',
  columns: Object.fromEntries(
    CSV_FIELDS.filter((field) => !['debit', 'credit', 'direction'].includes(field)).map((field) => [field, field]),
  ),
};

const CODE = 'settlement.malformed_csv_layout';

const NEEDED: Readonly<Record<CsvLayout['sign'], readonly CsvField[]>> = {
  negative_is_debit: ['bookedOn', 'amount'],
  positive_is_debit: ['bookedOn', 'amount'],
  two_columns: ['bookedOn', 'debit', 'credit'],
  direction_column: ['bookedOn', 'amount', 'direction'],
};

/** Throws `settlement.malformed_csv_layout`: what no line could be read by. */
export const mustBeReadable = ({ columns, sign, delimiter, decimalMark }: CsvLayout): void => {
  const faults: Fault[] = NEEDED[sign]
    .filter((field) => columns[field] === undefined)
    .map((field) => ({ pointer: `/columns/${field}`, code: CODE, detail: `is needed for ${sign}` }));
  if (delimiter === decimalMark) faults.push({ pointer: '/decimalMark', code: CODE, detail: 'is the delimiter, too' });
  if (faults.length === 0) return;
  throw new AppError('invalid', CODE, faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '), {
    faults,
  });
};
