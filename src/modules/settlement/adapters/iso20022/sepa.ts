/** The rules for credit transfers in euros between IBANs: European Payments Council, EPC132-08, 2023. */
import type { PaymentOrder } from '../../ports/payment-files.ts';

export const isSepa = ({ debtor, payments }: PaymentOrder): boolean =>
  payments.every(({ amount, creditor }) => amount.currency === 'EUR' && creditor.account.scheme === 'iban') &&
  debtor.account.scheme === 'iban';

/** 999 999 999.99 euros. */
export const MOST_BY_SEPA = 99_999_999_999n;
export const MOST_OF_A_NAME = 70;

const BASIC = /[^a-zA-Z0-9/\-?:().,'+ ]/g;
const SPELT: Readonly<Record<string, string>> = {
  ß: 'ss',
  Æ: 'AE',
  æ: 'ae',
  Ø: 'O',
  ø: 'o',
  Œ: 'OE',
  œ: 'oe',
  Ł: 'L',
  ł: 'l',
  Đ: 'D',
  đ: 'd',
  '&': '+',
};

/** In the characters that every bank in the area can read; what has no letter there becomes a dot. */
export const plainLatin = (text: string): string =>
  text
    .replace(/[ßÆæØøŒœŁłĐđ&]/g, (character) => SPELT[character] ?? '')
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(BASIC, '.');
