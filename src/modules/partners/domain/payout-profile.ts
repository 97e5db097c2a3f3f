import { isCountry } from '../../../shared/countries.ts';
import type { Fault } from '../../../shared/errors.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { PartnerId, PayoutProfile } from '../index.ts';
import { compactIban, isIban } from './iban.ts';
import { isSameWay, tidiedWay, wayFaults } from './payout-method.ts';

/** Where the money of a partner goes, as it was last said. */
export interface StoredProfile {
  readonly profile: PayoutProfile;
  /** 1, 2, 3 …: who changes it must have seen the one before. */
  readonly version: number;
  readonly changedAt: Instant;
  readonly changedBy: string;
}

export type ProfileDetails = Omit<PayoutProfile, 'partnerId' | 'version'>;

const BIC = /^[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/;
const DOMESTIC_ACCOUNT = /^[A-Z0-9./-]{1,34}$/;
const DOMESTIC_BANK = /^[A-Z0-9./-]{1,28}$/;

/** As banks read it: codes in capitals and without spaces. */
export const tidied = ({ holder, account, bank, town, country, ...way }: ProfileDetails): ProfileDetails => ({
  holder: holder.trim(),
  account: { scheme: account.scheme, number: compactIban(account.number) },
  bank: { scheme: bank.scheme, code: compactIban(bank.code) },
  town: town.trim(),
  country: country.toUpperCase(),
  ...tidiedWay(way),
});

/** What a bank would send the money back for. Expects it tidied. */
export const profileFaults = ({ holder, account, bank, town, country, ...way }: ProfileDetails): readonly Fault[] => [
  ...(holder === '' ? [fault('/holder', 'must not be blank')] : []),
  ...(hasAccount(account) ? [] : [fault('/account/number', accountHint(account.scheme), 'partners.malformed_account')]),
  ...(hasBank(bank) ? [] : [fault('/bank/code', bankHint(bank.scheme), 'partners.malformed_bank')]),
  // Banks reject a payment whose creditor address has no town or no country of its own field.
  ...(town === '' ? [fault('/town', 'must not be blank')] : []),
  ...(isCountry(country)
    ? []
    : [fault('/country', 'must be an ISO 3166-1 country code of two letters, like BR', 'partners.unknown_country')]),
  ...wayFaults(way, { account, bank }),
];

const fault = (pointer: string, detail: string, code = 'input.invalid'): Fault => ({ pointer, code, detail });

const hasAccount = ({ scheme, number }: PayoutProfile['account']): boolean =>
  scheme === 'iban' ? isIban(number) : DOMESTIC_ACCOUNT.test(number);

const hasBank = ({ scheme, code }: PayoutProfile['bank']): boolean =>
  scheme === 'bic' ? BIC.test(code) && isCountry(code.slice(4, 6)) : DOMESTIC_BANK.test(code);

const accountHint = (scheme: 'iban' | 'domestic'): string =>
  scheme === 'iban'
    ? 'is no IBAN: its check digits do not fit'
    : 'must be 1 to 34 letters, digits, dots, dashes, slashes';

const bankHint = (scheme: 'bic' | 'domestic'): string =>
  scheme === 'bic' ? 'must be a BIC of 8 or 11 characters, like BRASBRRJXXX' : 'must be a clearing number';

export const isSameProfile = (a: ProfileDetails, b: ProfileDetails): boolean =>
  a.holder === b.holder &&
  a.account.scheme === b.account.scheme &&
  a.account.number === b.account.number &&
  a.bank.scheme === b.bank.scheme &&
  a.bank.code === b.bank.code &&
  a.town === b.town &&
  a.country === b.country &&
  isSameWay(a, b);

/** Enough to know it again, too little to use it; of a short number, nothing. */
export const lastFour = (number: string): string => (number.length < 8 ? '••••' : number.slice(-4));

export const profileOf = (partnerId: PartnerId, details: ProfileDetails): PayoutProfile => ({ partnerId, ...details });
