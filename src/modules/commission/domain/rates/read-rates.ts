/** Reads sheets of exchange rates: one rate a line, or a day a line as the European Central Bank writes its own. */
import { dayBegins } from '../../../../shared/calendar.ts';
import { invalid } from '../../../../shared/errors.ts';
import { instant, type Instant, plusMs } from '../../../../shared/instant.ts';
import type { ExchangeRate } from './exchange-rates.ts';

type SheetRate = Omit<ExchangeRate, 'source'>;

/** About 16:00 in Frankfurt: what was not known in the morning does not judge the morning's orders. */
const ECB_ZONE = 'Europe/Berlin';
const ECB_HOUR_MS = 16 * 3_600_000;
const ECB_BASE = 'EUR';

const ONE_A_LINE = 'base,currency,at,rate';
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DECIMAL = /^\d{1,18}(\.\d{1,18})?$/;
const CURRENCY = /^[A-Z]{3}$/;

/** One that has something on it, with its number as an editor counts. */
interface SheetLine {
  readonly number: number;
  readonly cells: readonly string[];
}

const linesOf = (text: string): readonly SheetLine[] =>
  text
    .split(/\r?\n/)
    .flatMap((line, index) =>
      line.trim() === '' ? [] : [{ number: index + 1, cells: line.split(',').map((cell) => cell.trim()) }],
    );

const NO_LINE: SheetLine = { number: 1, cells: [] };

/** Throws `commission.rates_unreadable` with the first line that is no rate. */
export const readRateSheet = (text: string): readonly SheetRate[] => {
  const [header = NO_LINE, ...lines] = linesOf(text);
  if (header.cells.join().toLowerCase() === ONE_A_LINE)
    return lines.map((line, index) => oneRate(line.cells) ?? unreadable(line, index, `is not ${ONE_A_LINE}`));
  const [first, ...currencies] = header.cells;
  if (first?.toLowerCase() !== 'date') return unreadable(header, 0, `must be ${ONE_A_LINE}, or Date and currencies`);
  return lines.flatMap(
    (line, index) => dayOfRates(line.cells, currencies) ?? unreadable(line, index, 'is not a day and its rates'),
  );
};

const oneRate = ([base = '', currency = '', at = '', rate = '', ...rest]: readonly string[]): SheetRate | undefined => {
  const reads = CURRENCY.test(base) && CURRENCY.test(currency) && DECIMAL.test(rate) && rest.length === 0;
  const moment = reads ? momentOf(at) : undefined;
  return moment && { base, currency, at: moment, rate };
};

/** A currency that was not quoted that day is `N/A`; what is quoted in a column without a name is no rate. */
const dayOfRates = (
  [day = '', ...cells]: readonly string[],
  currencies: readonly string[],
): readonly SheetRate[] | undefined => {
  const midnight = DAY.test(day) && momentOf(`${day}T00:00:00Z`) !== undefined;
  const quoted = cells.flatMap((rate, index) =>
    rate === 'N/A' || rate === '' ? [] : [{ currency: currencies[index] ?? '', rate }],
  );
  if (!midnight || quoted.some(({ currency, rate }) => !CURRENCY.test(currency) || !DECIMAL.test(rate)))
    return undefined;
  const at = plusMs(dayBegins(day, ECB_ZONE), ECB_HOUR_MS);
  return quoted.map((each) => ({ base: ECB_BASE, at, ...each }));
};

const momentOf = (text: string): Instant | undefined => {
  try {
    return instant(text);
  } catch {
    return undefined; // whoever reads the line says which it was
  }
};

const unreadable = ({ number }: SheetLine, index: number, detail: string): never => {
  const fault = { pointer: `/rates/${index}`, code: 'commission.rates_unreadable', detail };
  throw invalid('commission.rates_unreadable', `line ${number} ${detail}`, [fault]);
};
