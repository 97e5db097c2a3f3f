/**
 * A bank for sandboxes: it takes a payment order as a rail would and answers with an account statement. What it was
 * told before it remembers: a payment is booked once, and its statements continue from one another.
 */
import { AppError } from '../../../../shared/errors.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Money } from '../../../../shared/money.ts';
import type { BankLine } from '../reconciliation/reconciliation.ts';

export interface SimulatedAccount {
  readonly scheme: 'iban' | 'domestic';
  readonly number: string;
  readonly balance: Money;
  /** The number of the last statement. */
  readonly sequence: number;
}

export type PaymentState = 'booked' | 'rejected' | 'returned';

export interface SimulatedPayment {
  readonly endToEndId: string;
  readonly state: PaymentState;
}

/** A payment as the file names it. */
export interface SentPayment {
  readonly endToEndId: string;
  readonly uetr?: string | undefined;
  readonly amount: Money;
}

export interface SimulatedStatement {
  readonly account: SimulatedAccount;
  readonly opening: Money;
  readonly bookedAt: Instant;
  readonly lines: readonly (BankLine & SentPayment)[];
}

export interface SimulatedOrder {
  readonly payments: readonly SentPayment[];
  readonly reject: ReadonlySet<string>;
  readonly return: ReadonlySet<string>;
  readonly bookedAt: Instant;
}

/** Ten million of the major unit, or a thousand million where there are no decimals: enough to pay everybody. */
export const OPENING_MINOR = 1_000_000_000n;

/** ISO 20022 external return reasons: account closed, and for money that came back: creditor account missing. */
const REJECTED = 'AC04';
const RETURNED = 'AC03';

export interface BankAnswer {
  readonly statement: SimulatedStatement;
  readonly payments: readonly SimulatedPayment[];
}

/** Throws `settlement.unknown_payout` for what is to be rejected or returned and is not in the order. */
export const answerOrder = (
  account: SimulatedAccount,
  known: ReadonlyMap<string, PaymentState>,
  order: SimulatedOrder,
): BankAnswer => {
  mustKnow(order);
  const sequence = account.sequence + 1;
  const lines: SimulatedStatement['lines'][number][] = [];
  const payments: SimulatedPayment[] = [];
  for (const payment of order.payments) {
    const events = eventsOf(payment.endToEndId, known.get(payment.endToEndId), order);
    for (const state of events) {
      lines.push(lineOf(payment, state, `SIM-${sequence}-${lines.length + 1}`, order.bookedAt));
      payments.push({ endToEndId: payment.endToEndId, state });
    }
  }
  const booked = lines.filter(({ status }) => status === 'booked');
  const balance = booked.reduce(
    (sum, { amount, direction }) => (direction === 'credit' ? sum.plus(amount) : sum.minus(amount)),
    account.balance,
  );
  const after = { ...account, balance, sequence };
  return { statement: { account: after, opening: account.balance, bookedAt: order.bookedAt, lines }, payments };
};

const mustKnow = ({ payments, reject, return: returned }: SimulatedOrder): void => {
  const ids = new Set(payments.map(({ endToEndId }) => endToEndId));
  const strangers = [...reject, ...returned].filter((id) => !ids.has(id));
  if (strangers.length === 0) return;
  throw new AppError('refused', 'settlement.unknown_payout', `not in this batch's file: ${strangers.join(', ')}`);
};

/** What happens to a payment now, given what has happened to it. */
const eventsOf = (id: string, known: PaymentState | undefined, order: SimulatedOrder): PaymentState[] => {
  const comesBack = order.return.has(id);
  if (known === undefined && order.reject.has(id)) return ['rejected'];
  if (known === undefined) return comesBack ? ['booked', 'returned'] : ['booked'];
  return known === 'booked' && comesBack ? ['returned'] : [];
};

const lineOf = (
  { endToEndId, uetr, amount }: SentPayment,
  state: PaymentState,
  ref: string,
  bookedAt: Instant,
): SimulatedStatement['lines'][number] => ({
  ref,
  endToEndId,
  uetr,
  amount,
  bookedAt,
  direction: state === 'returned' ? 'credit' : 'debit',
  status: state === 'rejected' ? 'info' : 'booked',
  ...(state !== 'booked' && { returnReason: state === 'rejected' ? REJECTED : RETURNED }),
});
