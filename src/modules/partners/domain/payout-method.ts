/** How a partner wants its money: by which method, and in which currency. */
import { isCurrency } from '../../../shared/currency.ts';
import type { Fault } from '../../../shared/errors.ts';
import type { PayoutProfile } from '../index.ts';

export type PayoutWay = Pick<PayoutProfile, 'method' | 'ach' | 'wallet' | 'currency'>;

const ACH_ACCOUNT = /^[A-Z0-9-]{1,17}$/;
/** An e-mail address, or the provider's own id. */
const WALLET = /^([^\s@<>"]{1,64}@[^\s@<>"]{1,190}|[\w.:-]{3,64})$/;

/** What is not said is left out, and so are the details of a method that is not used. */
export const tidiedWay = ({ method, ach, wallet, currency }: PayoutWay): PayoutWay => ({
  ...(method !== undefined && method !== 'bank' && { method }),
  ...(method === 'ach' && { ach: { ...PERSONS_CHECKING_ACCOUNT, ...ach } }),
  ...(method === 'wallet' && wallet !== undefined && { wallet: { id: wallet.id.trim() } }),
  ...(currency !== undefined && { currency: currency.toUpperCase() }),
});

const PERSONS_CHECKING_ACCOUNT = { accountType: 'checking', payee: 'person' } as const;

/** What the method would send the money back for. Expects it tidied. */
export const wayFaults = (
  { method = 'bank', wallet, currency }: PayoutWay,
  { account, bank }: Pick<PayoutProfile, 'account' | 'bank'>,
): readonly Fault[] => [
  ...(currency === undefined || isCurrency(currency) ? [] : [fault('/currency', 'must be an ISO 4217 currency')]),
  ...(method === 'ach' ? achFaults(account, bank, currency) : []),
  ...(method !== 'wallet' || WALLET.test(wallet?.id ?? '')
    ? []
    : [
        fault(
          '/wallet/id',
          "must be an e-mail address, or the wallet's id at its provider",
          'partners.malformed_wallet',
        ),
      ]),
];

const achFaults = (
  account: PayoutProfile['account'],
  bank: PayoutProfile['bank'],
  currency: string | undefined,
): readonly Fault[] => [
  ...(account.scheme === 'domestic' && ACH_ACCOUNT.test(account.number)
    ? []
    : [
        fault(
          '/account/number',
          'must be a domestic account of up to 17 letters, digits, dashes',
          'partners.malformed_account',
        ),
      ]),
  ...(bank.scheme === 'domestic' && isRoutingNumber(bank.code)
    ? []
    : [fault('/bank/code', 'is no routing number: its check digit does not fit', 'partners.malformed_bank')]),
  ...(currency === undefined || currency === 'USD' ? [] : [fault('/currency', 'ACH pays in USD alone')]),
];

/** Nine digits; weighed 3, 7, 1 in turn they sum to a multiple of ten (American Bankers Association). */
export const isRoutingNumber = (text: string): boolean =>
  /^\d{9}$/.test(text) &&
  text !== '000000000' &&
  Array.from(text).reduce((sum, digit, index) => sum + Number(digit) * (WEIGHTS[index % 3] ?? 0), 0) % 10 === 0;

const WEIGHTS = [3, 7, 1];

const fault = (pointer: string, detail: string, code = 'input.invalid'): Fault => ({ pointer, code, detail });

export const isSameWay = (a: PayoutWay, b: PayoutWay): boolean => wordsOf(a) === wordsOf(b);

const wordsOf = ({ method = 'bank', ach, wallet, currency }: PayoutWay): string =>
  JSON.stringify([method, ach?.accountType, ach?.payee, wallet?.id, currency]);

/** Enough of a wallet's name to know it again: `a…@example.com`, or its last four characters. */
export const maskedWallet = (id: string): string => {
  const at = id.indexOf('@');
  if (at > 0) return `${id.charAt(0)}…${id.slice(at)}`;
  return id.length < 8 ? '••••' : `…${id.slice(-4)}`;
};
