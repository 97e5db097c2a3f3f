import { boundsOf, type Month, monthOf, nextMonth } from '../../../../shared/calendar.ts';
import { AppError } from '../../../../shared/errors.ts';
import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Money } from '../../../../shared/money.ts';
import type { TransactionId } from '../../../ledger/index.ts';
import type { PayoutId } from '../../index.ts';
import type { Purpose } from './purpose.ts';

/**
 * A program's books: its currency and time zone as they were when the books were opened, for a period cut in one zone
 * cannot be cut again in another, and how far they are closed.
 */
export interface Books {
  readonly programId: Id<'prg'>;
  readonly currency: string;
  readonly timeZone: string;
  /** The last period that takes no more bookings; its statements may still be in the making. */
  readonly closedThrough?: Month | undefined;
  /** The number of the last statement. */
  readonly lastNumber: number;
}

/** Something that moves money, as it happened. */
export interface MoneyFact {
  readonly programId: Id<'prg'>;
  /** Absent when no partner's money moves. */
  readonly partnerId?: Id<'par'> | undefined;
  readonly purpose: Purpose;
  /** In the currency of the books. */
  readonly amount: Money;
  /** What moves outside the house when that is another currency: on clearing, bank, fees and suspense accounts. */
  readonly counter?: Money | undefined;
  /** What the house keeps of the amount when it is exchanged; in the currency of the books. */
  readonly spread?: Money | undefined;
  readonly occurredAt: Instant;
  readonly commissionId?: Id<'com'> | undefined;
  readonly payoutId?: PayoutId | undefined;
  /** An entry beside commissions; it may be about one. */
  readonly adjustmentId?: Id<'adj'> | undefined;
  /** What else it is about: the id of a dispute, a slice of a reserve, a match. */
  readonly subject?: string | undefined;
  /** Which one, where a place has several accounts: the batch of a clearing account, the jurisdiction of a tax. */
  readonly pots?: Pots | undefined;
  /** The same the other way round: what was booked wrongly is never taken away. */
  readonly mirrored?: boolean | undefined;
  /** Tells apart what may happen several times to one commission, payout or subject. */
  readonly nth?: string | undefined;
}

export type Pots = Readonly<Partial<Record<'clearing' | 'suspense' | 'bank' | 'fees' | 'tax', string>>>;

/** One transaction settlement wants in the ledger, and the period in which it counts. Decided once, never changed. */
export interface Booking extends Omit<MoneyFact, 'nth'> {
  readonly id: TransactionId;
  readonly effectiveAt: Instant;
  readonly period: Month;
}

/** The same fact has the same id, however often it is told. */
export const bookingId = ({ purpose, commissionId, payoutId, subject, mirrored, nth }: MoneyFact): TransactionId =>
  derivedId(
    'txn',
    purpose,
    commissionId ?? payoutId ?? subject ?? '',
    ...(nth === undefined ? [] : [nth]),
    ...(mirrored === true ? ['mirrored'] : []),
  );

/**
 * A fact counts when it happened; one that arrives after its period was closed counts at the start of the earliest
 * open period. Throws `money.currency_mismatch`.
 */
export const booked = (fact: MoneyFact, books: Books): Booking => {
  const { programId, partnerId, purpose, amount, occurredAt } = fact;
  if (amount.currency !== books.currency) {
    throw new AppError(
      'invalid',
      'money.currency_mismatch',
      `the books of ${programId} are in ${books.currency}, not in ${amount.currency}`,
    );
  }
  const { commissionId, payoutId, adjustmentId, subject, counter, spread, pots, mirrored } = fact;
  const about = { commissionId, payoutId, adjustmentId, subject, counter, spread, pots, mirrored };
  return {
    id: bookingId(fact),
    programId,
    partnerId,
    purpose,
    amount,
    occurredAt,
    ...about,
    ...countedIn(occurredAt, books),
  };
};

const countedIn = (
  occurredAt: Instant,
  { closedThrough, timeZone }: Books,
): Pick<Booking, 'effectiveAt' | 'period'> => {
  const own = monthOf(occurredAt, timeZone);
  if (closedThrough === undefined || own > closedThrough) return { effectiveAt: occurredAt, period: own };
  const period = nextMonth(closedThrough);
  return { effectiveAt: boundsOf(period, timeZone).from, period };
};
