import { exponentOf } from '../../../../../shared/currency.ts';
import type { Language } from './words.ts';

const ABOUT: Readonly<Record<Language, (decimals: string, currency: string, fraction: string) => string>> = {
  en: (decimals, currency, fraction) => `${decimals}… ${currency} (${fraction} minor units)`,
  zh: (decimals, currency, fraction) => `${decimals}… ${currency}（即 ${fraction} 个最小单位）`,
};
const MOST_DIGITS = 12;

/** How many are shown, beyond the minor unit, of what no decimals say exactly. */
const SHOWN_BEYOND = 4;

/** A fraction of minor units as people write amounts, `2.697 EUR`; where no few decimals say it exactly, the fraction too. */
export const exactText = (fraction: string, currency: string, language: Language): string => {
  const [numerator = 0n, denominator = 1n] = fraction.split('/').map(BigInt);
  const scale = 10n ** BigInt(MOST_DIGITS);
  const exponent = exponentOf(currency);
  const unit = denominator * 10n ** BigInt(exponent);
  const digits = ((numerator * scale) / unit).toString().padStart(MOST_DIGITS + 1, '0');
  const [whole, decimals] = [digits.slice(0, -MOST_DIGITS), digits.slice(-MOST_DIGITS)];
  if ((numerator * scale) % unit !== 0n)
    return ABOUT[language](`${whole}.${decimals.slice(0, exponent + SHOWN_BEYOND)}`, currency, fraction);
  const shown = decimals.replace(/0+$/, '').padEnd(exponent, '0');
  return `${whole}${shown === '' ? '' : `.${shown}`} ${currency}`;
};
