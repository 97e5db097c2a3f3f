import { isCurrency } from '../../../shared/currency.ts';
import { AppError } from '../../../shared/errors.ts';
import { derivedId } from '../../../shared/ids.ts';
import type { AccountId, NewAccount, NormalSide } from '../index.ts';

export interface Account extends NewAccount {
  readonly id: AccountId;
}

const CODE = /^[!-~]{1,200}$/;
const KIND = /^[a-z][a-z0-9_]{0,49}$/;

export const isAccountCode = (text: string): boolean => CODE.test(text);

/** It follows from the code, so whoever knows one knows the other. */
export const accountIdOf = (code: string): AccountId => derivedId('acc', code);

/** A posting debits with a positive amount; a credit account shows it the other way round. */
export const onSide = (side: NormalSide, minor: bigint): bigint => (side === 'debit' ? minor : -minor);

/** Throws `ledger.malformed_account`. */
export const mustBeAccount = ({ code, kind, currency }: NewAccount): void => {
  const wrong =
    (!isAccountCode(code) && 'its code must be 1 to 200 visible ASCII characters without spaces') ||
    (!KIND.test(kind) && 'its kind must be a word like payable_pending, of at most 50 characters') ||
    (!isCurrency(currency) && `"${currency}" is not an ISO 4217 currency`);
  if (wrong) throw new AppError('invalid', 'ledger.malformed_account', `account "${code}": ${wrong}`);
};

/**
 * Those that are not open yet, each once. Throws `ledger.account_differs` when a code is, or is to be, two accounts.
 */
export const toOpen = (wanted: readonly NewAccount[], open: readonly NewAccount[]): readonly NewAccount[] => {
  const known = new Map(open.map((account) => [account.code, account]));
  const missing: NewAccount[] = [];
  for (const account of wanted) {
    const other = known.get(account.code);
    if (other === undefined) missing.push(account);
    else mustBeTheSame(account, other);
    known.set(account.code, account);
  }
  return missing;
};

const PROPERTIES = ['kind', 'currency', 'normalSide', 'bound'] as const;

const mustBeTheSame = (wanted: NewAccount, open: NewAccount): void => {
  const different = PROPERTIES.filter((property) => wanted[property] !== open[property]);
  if (different.length === 0) return;
  throw new AppError(
    'conflict',
    'ledger.account_differs',
    `account "${wanted.code}" is open with another ${different.join(', ')}; an account never changes, open one with another code`,
  );
};
