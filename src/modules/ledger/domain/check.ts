import { isCurrency } from '../../../shared/currency.ts';
import { isId } from '../../../shared/ids.ts';
import { isInstant } from '../../../shared/instant.ts';
import { isText } from '../../../shared/text.ts';
import type { NewTransaction, Posting } from '../index.ts';
import { type Account, isAccountCode, isMetadata, MAX_METADATA } from './account.ts';

/** Why a transaction is not posted. */
export interface Refusal {
  readonly code: string;
  readonly detail: string;
}

export const MAX_POSTINGS = 1_000;

const AMOUNT = /^(0|-?[1-9]\d{0,17})$/;

const refusal = (code: string, detail: string): Refusal => ({ code, detail });

/** What is wrong with a transaction, whatever the balances are: its form, its sum, its accounts. */
export const check = (transaction: NewTransaction, accounts: ReadonlyMap<string, Account>): Refusal | undefined =>
  malformed(transaction) ?? unsound(transaction.postings) ?? misplaced(transaction, accounts);

/** What each transaction must have, and how to say that it has not. */
const FORM: readonly (readonly [has: (transaction: NewTransaction) => boolean, otherwise: string])[] = [
  [({ id }) => isId('txn', id), 'its id must be like txn_01h455vb4pex5vsknk084sn02q'],
  [({ purpose }) => isText(purpose, 1, 100), 'its purpose must be 1 to 100 characters'],
  [({ effectiveAt }) => isInstant(effectiveAt), 'effectiveAt must be a moment like 2018-12-31T00:00:00.000Z'],
  [({ metadata = {} }) => isMetadata(metadata), `metadata are at most ${MAX_METADATA} texts of at most 500 characters`],
  [({ postings }) => postings.length <= MAX_POSTINGS, `it must not have more than ${MAX_POSTINGS} postings`],
  [({ currency }) => currency === undefined || isCurrency(currency), 'its currency must be one of ISO 4217'],
  [
    ({ postings }) => postings.every(({ minor }) => AMOUNT.test(minor)),
    'amounts are whole minor units as text, of at most 18 digits, like "-12500"',
  ],
];

const malformed = (transaction: NewTransaction): Refusal | undefined => {
  const missing = FORM.find(([has]) => !has(transaction));
  return missing && refusal('ledger.malformed_transaction', missing[1]);
};

const unsound = (postings: readonly Posting[]): Refusal | undefined => {
  if (postings.length < 2) return refusal('ledger.too_few_postings', 'what leaves one account enters another');
  const nothing = postings.findIndex(({ minor }) => minor === '0');
  if (nothing !== -1) return refusal('ledger.zero_posting', `posting ${nothing} moves nothing; leave it out`);
  const total = postings.reduce((sum, { minor }) => sum + BigInt(minor), 0n);
  if (total !== 0n) return refusal('ledger.unbalanced', `the postings sum to ${total}, not to zero`);
  return undefined;
};

/** A whole that sums to zero in one currency does so in each; otherwise each is added up by itself. */
const misplaced = (
  { currency, postings }: NewTransaction,
  accounts: ReadonlyMap<string, Account>,
): Refusal | undefined => {
  const totals = new Map<string, bigint>();
  for (const { account: code, minor } of postings) {
    const account = accounts.get(code);
    if (account === undefined) {
      const name = isAccountCode(code) ? `"${code}"` : 'of that code';
      return refusal('ledger.unknown_account', `there is no account ${name}; open it first`);
    }
    if (currency !== undefined && account.currency !== currency) {
      const detail = `account "${code}" is in ${account.currency}, the transaction in ${currency}`;
      return refusal('ledger.currency_mismatch', detail);
    }
    if (currency === undefined) totals.set(account.currency, (totals.get(account.currency) ?? 0n) + BigInt(minor));
  }
  const odd = [...totals].find(([, total]) => total !== 0n);
  return odd && refusal('ledger.unbalanced', `the postings in ${odd[0]} sum to ${odd[1]}, not to zero`);
};
