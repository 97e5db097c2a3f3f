import { toUuid } from '../../../../shared/ids.ts';
import type { PayoutId } from '../../index.ts';

/**
 * What an entry of ACH has room for: fifteen characters. The last sixty bits of the payout's id, which are a hash's, so
 * no two payouts will ever share them.
 */
export const achReferenceOf = (payoutId: PayoutId): string =>
  toUuid(payoutId).replaceAll('-', '').slice(-15).toUpperCase();

/** Why receiving banks send credits back. NACHA operating rules, appendix four; those that a credit can meet. */
export const RETURN_REASONS = {
  R01: 'insufficient funds',
  R02: 'account closed',
  R03: 'no account, or it is somebody else’s',
  R04: 'invalid account number',
  R06: 'returned at our bank’s request',
  R07: 'authorisation revoked',
  R10: 'not authorised',
  R12: 'account sold to another bank',
  R13: 'invalid routing number',
  R14: 'representative payee deceased',
  R15: 'beneficiary or account holder deceased',
  R16: 'account frozen',
  R17: 'file record edit criteria',
  R20: 'not a transaction account',
  R21: 'invalid company identification',
  R22: 'invalid individual id number',
  R23: 'credit refused by receiver',
  R24: 'duplicate entry',
  R29: 'corporate customer advises not authorised',
  R31: 'permissible return of a corporate entry',
} as const;

/** What a receiving bank wants to be written otherwise from the next entry on. */
export const CHANGE_REASONS = {
  C01: 'account number',
  C02: 'routing number',
  C03: 'routing number and account number',
  C04: 'name',
  C05: 'kind of account',
  C06: 'account number and kind of account',
  C07: 'routing number, account number and kind of account',
  C09: 'individual id number',
  C13: 'addenda format',
} as const;

/** A return, or a notice that something is to be written otherwise. */
export interface AchNotice {
  readonly kind: 'return' | 'change';
  /** `R03`, `C01`: in the words of the receiving bank. */
  readonly code: string;
  readonly reference: string;
  /** Of our entry. */
  readonly trace: string;
  readonly minor: bigint;
  /** What should be there instead; it may be an account number. */
  readonly corrected?: string | undefined;
}

/** `R03 no account, or it is somebody else’s`. */
export const reasonOf = ({ code }: Pick<AchNotice, 'code'>): string => {
  const words: Readonly<Record<string, string>> = { ...RETURN_REASONS, ...CHANGE_REASONS };
  return words[code] === undefined ? code : `${code} ${words[code]}`;
};
