import { CsvError, type Info, parse } from 'csv-parse/sync';
import { AppError, type Fault } from '../../../../shared/errors.ts';
import { instant, isInstant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { CsvField, CsvLayout } from '../../domain/reconciliation/csv-layout.ts';
import type { BankLine, BankStatement } from '../../domain/reconciliation/reconciliation.ts';
import { BankCsv, type CsvStatement } from '../../ports/bank-csv.ts';

const CODE = 'settlement.malformed_bank_statement';
const MAX_FAULTS = 100;

/** A row, by the names that we have for its columns. */
type Row = (field: CsvField) => string | undefined;

/** Statements of banks that write CSV, by the layout of the account. */
export class CsvParseBankCsv extends BankCsv {
  /** All faults at once, each with its line; nothing of a file with a fault is used. */
  read({ csv, account, statementId, sequence, opening, closing }: CsvStatement, layout: CsvLayout): BankStatement {
    const faults: Fault[] = [];
    const lines = rowsOf(csv, layout, faults, (row, nth) => lineOf(row, nth, layout, opening.currency));
    mustBeDistinct(lines, faults);
    if (faults.length > 0) throw refused(faults);
    return { id: statementId, account, ...(sequence !== undefined && { sequence }), opening, closing, lines };
  }
}

const refused = (faults: readonly Fault[]): AppError =>
  new AppError('invalid', CODE, faults.map(({ detail }) => detail).join('; '), { faults });

const faultAt = (line: number, detail: string): Fault => ({
  pointer: '/csv',
  code: CODE,
  detail: `line ${line}: ${detail}`,
});

/** Each row becomes what it is read as when it is met; the text of none is kept. */
const rowsOf = (
  csv: string,
  { columns, delimiter }: CsvLayout,
  faults: Fault[],
  read: (row: Row, nth: number) => BankLine,
): readonly BankLine[] => {
  const lines: BankLine[] = [];
  const take = (record: Readonly<Record<string, string>>, { lines: line }: Info): null => {
    const row: Row = (field) => cellOf(record[columns[field] ?? '']);
    try {
      lines.push(read(row, lines.length + 1));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (faults.length < MAX_FAULTS) faults.push(faultAt(line, error.message));
    }
    return null;
  };
  try {
    parse(csv, { columns: true, bom: true, delimiter, skip_empty_lines: true, on_record: take as never });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw refused([faultAt(Number(cause['lines'] ?? 1), cause.message)]);
  }
  return lines;
};

const mustBeDistinct = (lines: readonly BankLine[], faults: Fault[]): void => {
  const seen = new Set<string>();
  for (const { ref } of lines) {
    if (seen.has(ref)) faults.push({ pointer: '/csv', code: CODE, detail: `two rows have the reference ${ref}` });
    seen.add(ref);
  }
};

/** An empty cell says nothing. */
const cellOf = (text: string | undefined): string | undefined => {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
};

const STATUSES: Readonly<Record<string, BankLine['status']>> = { booked: 'booked', pending: 'pending', info: 'info' };

/** Throws for what cannot be read, in words that follow "line 7: ". */
const lineOf = (row: Row, nth: number, layout: CsvLayout, currency: string): BankLine => {
  const own = row('currency') ?? currency;
  if (own !== currency) throw bad(`its currency is ${own}, opening and closing are in ${currency}`);
  const status = STATUSES[row('status')?.toLowerCase() ?? 'booked'];
  if (status === undefined) throw bad('status must be booked, pending or info');
  return {
    ref: row('ref') ?? `#${nth}`,
    ...movedBy(row, layout, currency),
    status,
    bookedAt: instant(`${dayOf(needed(row, 'bookedOn'), layout)}T00:00:00Z`),
    ...besideOf(row, layout, currency),
  };
};

const besideOf = (row: Row, layout: CsvLayout, currency: string): Partial<BankLine> => {
  const [valueOn, charges, instructed] = [row('valueOn'), row('charges'), row('instructedAmount')];
  const said = {
    endToEndId: row('endToEndId'),
    uetr: row('uetr')?.toLowerCase(),
    batchRef: row('batchRef'),
    remittance: row('remittance'),
    counterparty: row('counterparty'),
    returnReason: row('returnReason'),
    valueOn: valueOn === undefined ? undefined : dayOf(valueOn, layout),
    charges: charges === undefined ? undefined : moneyOf(charges, layout, currency),
    instructed:
      instructed === undefined ? undefined : moneyOf(instructed, layout, row('instructedCurrency') ?? currency),
    isCharge: /^(true|yes|1)$/i.test(row('isCharge') ?? '') ? true : undefined,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
};

const bad = (detail: string): AppError => new AppError('invalid', CODE, detail);

const needed = (row: Row, field: CsvField): string => {
  const text = row(field);
  if (text === undefined) throw bad(`${field} is missing`);
  return text;
};

type Moved = Pick<BankLine, 'amount' | 'direction'>;

const movedBy = (row: Row, layout: CsvLayout, currency: string): Moved => {
  switch (layout.sign) {
    case 'negative_is_debit':
      return bySign(moneyOf(needed(row, 'amount'), layout, currency), 'debit');
    case 'positive_is_debit':
      return bySign(moneyOf(needed(row, 'amount'), layout, currency), 'credit');
    case 'two_columns':
      return byColumn(row, layout, currency);
    case 'direction_column':
      return { amount: unsigned(moneyOf(needed(row, 'amount'), layout, currency)), direction: wordOf(row) };
  }
};

const bySign = (money: Money, negative: BankLine['direction']): Moved => {
  const positive = negative === 'debit' ? 'credit' : 'debit';
  return { amount: unsigned(money), direction: money.isNegative ? negative : positive };
};

const byColumn = (row: Row, layout: CsvLayout, currency: string): Moved => {
  const sides = (['debit', 'credit'] as const).flatMap((direction) => {
    const text = row(direction);
    const amount = text === undefined ? Money.zero(currency) : unsigned(moneyOf(text, layout, currency));
    return amount.isZero ? [] : [{ amount, direction }];
  });
  const [only, other] = sides;
  if (only === undefined || other !== undefined) throw bad('one of debit and credit holds the amount');
  return only;
};

const DEBITS = /^(d|dr|dbit|debit|-|soll|s)$/i;
const CREDITS = /^(c|cr|crdt|credit|\+|haben|h)$/i;

const wordOf = (row: Row): BankLine['direction'] => {
  const word = needed(row, 'direction');
  if (DEBITS.test(word)) return 'debit';
  if (CREDITS.test(word)) return 'credit';
  throw bad(`"${word}" is neither debit nor credit`);
};

const unsigned = (money: Money): Money => (money.isNegative ? money.negated() : money);

/** Marks between thousands are left out: what is no decimal mark, and a blank or an apostrophe. */
const moneyOf = (text: string, { decimalMark }: CsvLayout, currency: string): Money => {
  const grouping = decimalMark === '.' ? /[\s',]/g : /[\s'.]/g;
  const plain = text.replace(grouping, '').replace(decimalMark, '.').replace(/^\+/, '');
  return Money.parse(plain.endsWith('-') ? `-${plain.slice(0, -1)}` : plain, currency);
};

const SHAPES: Readonly<Record<CsvLayout['dateFormat'], RegExp>> = {
  'YYYY-MM-DD': /^(?<y>\d{4})-(?<m>\d\d)-(?<d>\d\d)$/,
  'DD.MM.YYYY': /^(?<d>\d\d?)\.(?<m>\d\d?)\.(?<y>\d{4})$/,
  'DD/MM/YYYY': /^(?<d>\d\d?)\/(?<m>\d\d?)\/(?<y>\d{4})$/,
  'MM/DD/YYYY': /^(?<m>\d\d?)\/(?<d>\d\d?)\/(?<y>\d{4})$/,
  YYYYMMDD: /^(?<y>\d{4})(?<m>\d\d)(?<d>\d\d)$/,
};

const dayOf = (text: string, { dateFormat }: CsvLayout): string => {
  const { y = '', m = '', d = '' } = SHAPES[dateFormat].exec(text)?.groups ?? {};
  if (y === '') throw bad(`"${text}" is no day written as ${dateFormat}, the date format of the CSV layout`);
  const day = `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`;
  if (isInstant(`${day}T00:00:00Z`)) return day;
  throw bad(`"${text}", read as ${dateFormat}, is no day of the calendar`);
};
