import { AppError, type Fault } from '../../../../shared/errors.ts';

/** Where money comes from or goes to. */
export interface AccountDetails {
  readonly account: { readonly scheme: 'iban' | 'domestic'; readonly number: string };
  readonly bank: { readonly scheme: 'bic' | 'domestic'; readonly code: string };
}

const CODE = 'settlement.malformed_bank_account';
const IBAN = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;
const BIC = /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/;

/** ISO 13616: letters count from 10, the first four characters go last, and the rest by 97 is 1. */
const isIban = (number: string): boolean => {
  if (!IBAN.test(number)) return false;
  const turned = number.slice(4) + number.slice(0, 4);
  const digits = turned.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n;
};

/** Throws `settlement.malformed_bank_account`: what a file could not be written with. */
export const mustBeAccount = ({ account, bank }: AccountDetails): void => {
  const faults: Fault[] = [];
  if (account.scheme === 'iban' && !isIban(account.number)) {
    faults.push({ pointer: '/account/number', code: CODE, detail: 'is no IBAN' });
  }
  if (bank.scheme === 'bic' && !BIC.test(bank.code)) {
    faults.push({ pointer: '/bank/code', code: CODE, detail: 'is no BIC' });
  }
  if (faults.length === 0) return;
  throw new AppError('invalid', CODE, faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '), {
    faults,
  });
};

export const accountTaken = (): AppError =>
  new AppError('conflict', 'settlement.bank_account_taken', 'another program pays from this account');
