import { Money } from '../../../../shared/money.ts';
import type { OrderFacts } from '../../../orders/index.ts';
import { type EndReason, move } from './commission.ts';
import type { Verdict } from './credit.ts';
import { isOpen } from './life-cycle.ts';
import { squared } from './size.ts';
import { type Cause, type Way, went } from './step.ts';

/** What ends the commissions of an order, whoever has them; undefined while nothing does. */
export const endOf = ({ cancelledAt, returnedAt, chargedBackAt }: OrderFacts): Cause<EndReason> | undefined => {
  if (cancelledAt !== undefined) return { reason: 'order_cancelled', at: cancelledAt };
  if (returnedAt !== undefined) return { reason: 'order_returned', at: returnedAt };
  if (chargedBackAt !== undefined) return { reason: 'order_charged_back', at: chargedBackAt };
  return undefined;
};

/** What ends one partner's commission of an order. */
export const endFor = (order: OrderFacts, verdict: Verdict | undefined): Cause<EndReason> | undefined =>
  endOf(order) ?? (verdict?.verdict === 'reject' ? { reason: 'fraud_rejected', at: verdict.assessedAt } : undefined);

/** Before the lock all of it is reversed; after it, what has not been clawed back yet is. */
export const ending = (way: Way, { reason, at }: Cause<EndReason>): Way => {
  const { commission } = way;
  if (isOpen(commission.state)) {
    const reversed = { ...move(commission, 'reverse'), endedAt: at, endReason: reason, heldFrom: undefined };
    return went(way, { kind: 'reversed', at, reason, commission: reversed });
  }
  const taken = squared(way, Money.zero(commission.amount.currency), { reason, at });
  return { ...taken, commission: { ...taken.commission, endedAt: at, endReason: reason } };
};
