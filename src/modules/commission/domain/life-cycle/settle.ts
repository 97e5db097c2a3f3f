/** What settlement says about locked commissions. Facts again: whatever arrives first, the same comes out. */
import type { Instant } from '../../../../shared/instant.ts';
import type { Money } from '../../../../shared/money.ts';
import { type Commission, move } from './commission.ts';

/** On a closed statement. */
export const settled = (commission: Commission, at: Instant): Commission =>
  commission.state === 'locked'
    ? { ...move(commission, 'settle'), settledAt: at }
    : { ...commission, settledAt: commission.settledAt ?? at };

/** A payout has brought so much of it. Only a commission on a statement is paid out, so this implies that. */
export const paid = (commission: Commission, amount: Money, at: Instant): Commission => {
  const onStatement = settled(commission, commission.settledAt ?? at);
  const brought = { ...onStatement, paid: onStatement.paid.plus(amount) };
  const whole = brought.paid.compare(brought.amount.minus(brought.clawedBack)) >= 0;
  return whole && brought.state === 'settled' ? { ...move(brought, 'pay'), paidAt: at } : brought;
};

/** A payout came back. */
export const unpaid = (commission: Commission, amount: Money): Commission => {
  const less = recovered(commission, amount);
  return less.state === 'paid' ? { ...move(less, 'unpay'), paidAt: undefined } : less;
};

/** A payout was less by so much, for what had been clawed back of it. */
export const recovered = (commission: Commission, amount: Money): Commission => ({
  ...commission,
  paid: commission.paid.minus(amount),
});

/** That payout came back, and what was clawed back is owed again. */
export const unrecovered = (commission: Commission, amount: Money): Commission =>
  recovered(commission, amount.negated());
