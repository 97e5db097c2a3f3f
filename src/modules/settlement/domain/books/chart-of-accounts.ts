/** The accounts in the ledger, and what a booking is there. */
import type { Id } from '../../../../shared/ids.ts';
import type { NewAccount, NewTransaction } from '../../../ledger/index.ts';
import type { Booking } from './booking.ts';
import { FLOWS, type Place } from './purpose.ts';

interface Owner {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
}

export const availableCode = ({ programId, partnerId }: Owner): string => `payable:${partnerId}:${programId}:available`;
export const clearingCode = (programId: Id<'prg'>): string => `clearing:${programId}:payouts`;

/**
 * A partner's available account may fall below zero: a clawback is netted from what comes next. Pending may not, for
 * whatever leaves it was accrued before. The bank's account is ours, seen from our side: what we paid out is negative.
 */
const accountAt = (place: Place, { programId, partnerId }: Owner, currency: string): NewAccount => {
  switch (place) {
    case 'expense':
      return {
        code: `expense:${programId}:commission`,
        kind: 'expense',
        currency,
        normalSide: 'debit',
        bound: 'none',
      };
    case 'pending':
      return {
        code: `payable:${partnerId}:${programId}:pending`,
        kind: 'payable_pending',
        currency,
        normalSide: 'credit',
        bound: 'no_overdraft',
      };
    case 'available':
      return {
        code: availableCode({ programId, partnerId }),
        kind: 'payable_available',
        currency,
        normalSide: 'credit',
        bound: 'none',
      };
    case 'clearing':
      return { code: clearingCode(programId), kind: 'clearing', currency, normalSide: 'credit', bound: 'none' };
    case 'bank':
      return { code: `bank:${programId}:main`, kind: 'bank', currency, normalSide: 'debit', bound: 'none' };
  }
};

/** What a booking does to the partner's available balance: the lines of a statement are those where it is not zero. */
export const effectOnAvailable = ({ purpose, amount }: Pick<Booking, 'purpose' | 'amount'>): bigint => {
  const { debit, credit } = FLOWS[purpose];
  if (credit === 'available') return amount.minor;
  return debit === 'available' ? -amount.minor : 0n;
};

/** The accounts that the bookings touch, each once. */
export const accountsOf = (bookings: readonly Booking[]): NewAccount[] => {
  const accounts = bookings.flatMap((booking) => {
    const { debit, credit } = FLOWS[booking.purpose];
    return [debit, credit].map((place) => accountAt(place, booking, booking.amount.currency));
  });
  return [...new Map(accounts.map((account) => [account.code, account])).values()];
};

export const transactionOf = (booking: Booking): NewTransaction => {
  const { id, purpose, amount, effectiveAt, occurredAt, programId, partnerId } = booking;
  const { commissionId, payoutId, adjustmentId } = booking;
  const { debit, credit } = FLOWS[purpose];
  return {
    id,
    currency: amount.currency,
    effectiveAt,
    purpose: `settlement.${purpose}`,
    postings: [
      { account: accountAt(debit, booking, amount.currency).code, minor: amount.minor.toString() },
      { account: accountAt(credit, booking, amount.currency).code, minor: (-amount.minor).toString() },
    ],
    metadata: {
      programId,
      partnerId,
      ...(commissionId !== undefined && { commissionId }),
      ...(payoutId !== undefined && { payoutId }),
      ...(adjustmentId !== undefined && { adjustmentId }),
      // A late fact counts in a later period than its own; here is where it belongs.
      ...(occurredAt !== effectiveAt && { occurredAt }),
    },
  };
};
