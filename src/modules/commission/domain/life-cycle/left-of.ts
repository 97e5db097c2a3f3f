import { Money } from '../../../../shared/money.ts';
import { type Commission, netOf } from './commission.ts';

export type Since = Pick<Commission, 'state' | 'endReason' | 'amount' | 'clawedBack' | 'adjusted'>;

/** What is left of it now. */
export const leftOf = (commission: Since): Money =>
  commission.state === 'reversed' ? Money.zero(commission.amount.currency) : netOf(commission);
