import { exponentOf } from '../../../../../shared/currency.ts';
import type { Language } from './words.ts';

const MINOR_UNITS: Readonly<Record<Language, (fraction: string, currency: string) => string>> = {
  en: (fraction, currency) => `${fraction} minor units of ${currency}`,
  zh: (fraction, currency) => `${fraction} 个 ${currency} 最小单位`,
};
const MOST_DIGITS = 12;

/** A fraction of minor units as people write amounts, `2.697 EUR`; as the fraction where no few decimals say it exactly. */
export const exactText = (fraction: string, currency: string, language: Language): string => {
  const [numerator = 0n, denominator = 1n] = fraction.split('/').map(BigInt);
  const scale = 10n ** BigInt(MOST_DIGITS);
  const unit = denominator * 10n ** BigInt(exponentOf(currency));
  if ((numerator * scale) % unit !== 0n) return MINOR_UNITS[language](fraction, currency);
  const digits = ((numerator * scale) / unit).toString().padStart(MOST_DIGITS + 1, '0');
  const decimals = digits.slice(-MOST_DIGITS).replace(/0+$/, '');
  const shown = decimals.padEnd(exponentOf(currency), '0');
  return `${digits.slice(0, -MOST_DIGITS)}${shown === '' ? '' : `.${shown}`} ${currency}`;
};
