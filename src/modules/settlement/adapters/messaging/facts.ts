/** Commission's events as facts that move money. */
import type { Contract, Envelope } from '../../../../shared/events.ts';
import { is, nameOf, read } from '../../../../shared/events.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import {
  CommissionAccruedV1,
  CommissionAdjustedV1,
  CommissionClawedBackV1,
  CommissionLockedV1,
  CommissionRaisedV1,
  CommissionReducedV1,
  CommissionReversedV1,
} from '../../../commission/events.ts';
import type { ToldFact } from '../../application/books/book-commissions.ts';
import type { MoneyFact } from '../../domain/books/booking.ts';
import type { Purpose } from '../../domain/books/purpose.ts';

interface AboutCommission {
  readonly commissionId: Id<'com'>;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
}

interface Reading {
  readonly contract: Contract;
  readonly factOf: (event: Envelope) => MoneyFact;
}

/** What an event says of money: how much, when, and which of several it is. */
interface Moved {
  readonly amount: MoneyJson;
  readonly at: Instant;
  readonly nth?: string;
}

const reading = <Payload extends AboutCommission>(
  contract: Contract<Payload>,
  purpose: Purpose,
  movedBy: (payload: Payload, event: Envelope) => Moved,
): Reading => ({
  contract,
  factOf: (event) => {
    const payload = read(contract, event);
    const { commissionId, programId, partnerId } = payload;
    const { amount, at, nth } = movedBy(payload, event);
    return { purpose, commissionId, programId, partnerId, amount: Money.fromJson(amount), occurredAt: at, nth };
  },
});

/** A commission accrues, reverses and locks once. It may be raised and reduced often: the event's version tells which. */
const nthOf = ({ aggregateVersion }: Envelope): string => String(aggregateVersion);

/** An entry beside commissions: whichever way it goes, it counts at once. */
const adjustment: Reading = {
  contract: CommissionAdjustedV1,
  factOf: (event) => {
    const { adjustmentId, programId, partnerId, commissionId, subject, adjustedAt, ...told } = read(
      CommissionAdjustedV1,
      event,
    );
    const amount = Money.fromJson(told.amount);
    const about = { programId, partnerId, commissionId, adjustmentId, subject, occurredAt: adjustedAt };
    return amount.isNegative
      ? { ...about, nth: adjustmentId, purpose: 'adjust_down', amount: amount.negated() }
      : { ...about, nth: adjustmentId, purpose: 'adjust_up', amount };
  },
};

const READINGS: readonly Reading[] = [
  adjustment,
  reading(CommissionAccruedV1, 'accrue', ({ amount, accruedAt }) => ({ amount, at: accruedAt })),
  reading(CommissionRaisedV1, 'raise', ({ increase, raisedAt }, event) => ({
    amount: increase,
    at: raisedAt,
    nth: nthOf(event),
  })),
  reading(CommissionReducedV1, 'reduce', ({ reduction, reducedAt }, event) => ({
    amount: reduction,
    at: reducedAt,
    nth: nthOf(event),
  })),
  reading(CommissionReversedV1, 'reverse', ({ amount, reversedAt }) => ({ amount, at: reversedAt })),
  reading(CommissionLockedV1, 'lock', ({ amount, lockedAt }) => ({ amount, at: lockedAt })),
  reading(CommissionClawedBackV1, 'claw_back', ({ amount, clawedBackAt, adjustmentId }) => ({
    amount,
    at: clawedBackAt,
    nth: adjustmentId,
  })),
];

export const MONEY_EVENTS: readonly string[] = READINGS.map(({ contract }) => nameOf(contract));

/** Throws `event.unreadable`. */
export const factOf = (event: Envelope): ToldFact => {
  const found = READINGS.find(({ contract }) => is(contract, event));
  if (found === undefined) throw new Error(`${nameOf(event)} moves no money`);
  return { ...found.factOf(event), messageId: event.id };
};
