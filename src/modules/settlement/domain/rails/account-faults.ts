/**
 * The reasons for which money comes back that say: never to this account again. Whatever is not here may pass (no funds,
 * no bank open), or says nothing of the account. By ISO 20022's external codes, by NACHA's, and by words of providers of
 * wallets.
 */
import { RETURN_REASONS } from './ach.ts';

const { R02, R03, R04, R12, R13, R16, R20 } = RETURN_REASONS;

export const ACCOUNT_FAULTS: Readonly<Record<string, string>> = {
  AC01: 'account number incorrect',
  AC03: 'account number of the payee invalid',
  AC04: 'account closed',
  AC06: 'account blocked',
  AC07: 'account of the payee closed',
  RC01: 'bank code incorrect',
  ...{ R02, R03, R04, R12, R13, R16, R20 },
  RECEIVER_UNREGISTERED: 'nobody has opened this wallet',
  RECEIVER_ACCOUNT_LOCKED: 'wallet locked',
  account_unknown: 'the provider knows no such wallet',
  account_closed: 'wallet closed',
  account_blocked: 'wallet blocked',
};

export interface AccountFault {
  readonly code: string;
  /** For people. */
  readonly reason: string;
}

/** Rails write the code first, and perhaps words behind it. */
export const accountFaultOf = (reason: string): AccountFault | undefined => {
  const [code = ''] = reason.split(' ', 1);
  const words = Object.hasOwn(ACCOUNT_FAULTS, code) ? ACCOUNT_FAULTS[code] : undefined;
  return words === undefined ? undefined : { code, reason: words };
};
