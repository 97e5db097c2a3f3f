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

/** Throws `commission.rates_unreadable` with the first line that is no rate. */
export const readRateSheet = (text: string): readonly SheetRate[] => {
  const [header = [], ...lines] = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((cell) => cell.trim()));
  if (header.join().toLowerCase() === ONE_A_LINE)
    return lines.map((cells, index) => oneRate(cells) ?? unreadable(index, `is not ${ONE_A_LINE}`));
  const [first, ...columns] = header;
  if (first?.toLowerCase() !== 'date') return unreadable(-1, `must be ${ONE_A_LINE}, or Date and currencies`);
  const currencies = columns.filter((name) => name !== '');
  return lines.flatMap(
    (cells, index) => dayOfRates(cells, currencies) ?? unreadable(index, 'is not a day and its rates'),
  );
};

const oneRate = ([base = '', currency = '', at = '', rate = '', ...rest]: readonly string[]): SheetRate | undefined => {
  const reads = CURRENCY.test(base) && CURRENCY.test(currency) && DECIMAL.test(rate) && rest.length === 0;
  const moment = reads ? momentOf(at) : undefined;
  return moment && { base, currency, at: moment, rate };
};

/** A currency that was not quoted that day is `N/A`. */
const dayOfRates = (
  [day = '', ...cells]: readonly string[],
  currencies: readonly string[],
): readonly SheetRate[] | undefined => {
  const midnight = DAY.test(day) && momentOf(`${day}T00:00:00Z`) !== undefined;
  const quoted = currencies.flatMap((currency, index) => {
    const rate = cells[index] ?? '';
    return rate === 'N/A' || rate === '' ? [] : [{ currency, rate }];
  });
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

/** Lines are counted as an editor does. */
const unreadable = (index: number, detail: string): never => {
  const fault = { pointer: `/rates/${Math.max(index, 0)}`, code: 'commission.rates_unreadable', detail };
  throw invalid('commission.rates_unreadable', `line ${index + 2} ${detail}`, [fault]);
};
