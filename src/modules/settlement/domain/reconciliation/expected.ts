/** Money that the ledger has from us before the bank tells of it. Each waits for one line, which confirms it. */
import { derivedId, type Id, isId } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Money } from '../../../../shared/money.ts';
import type { Trade, TradeId } from '../fx/trade.ts';
import type { Remittance, RemittanceId } from '../tax/remittance.ts';
import type { BankLine } from './reconciliation.ts';

export type ExpectedId = TradeId | RemittanceId;

/** Which one: a trade leaves one account and comes to another, a remittance only leaves. */
export interface Side {
  readonly id: ExpectedId;
  readonly direction: BankLine['direction'];
}

export interface Expected extends Side {
  /** The bank's word for a trade, the tax office's for a remittance. */
  readonly reference: string;
  readonly amount: Money;
  readonly happenedAt: Instant;
  readonly isConfirmed: boolean;
}

export const keyOf = ({ id, direction }: Side): string => `${id} ${direction}`;

export const kindOfExpected = (id: ExpectedId): 'trade' | 'remittance' => (isId('fxt', id) ? 'trade' : 'remittance');

/** Nothing, while nobody has agreed to it. */
export const sidesOf = ({ id, state, reference, sold, bought, tradedAt }: Trade): readonly Expected[] => {
  if (state !== 'booked') return [];
  const about = { id, reference, happenedAt: tradedAt, isConfirmed: false };
  return [
    { ...about, direction: 'debit', amount: sold },
    { ...about, direction: 'credit', amount: bought },
  ];
};

/** It leaves when somebody has agreed. */
export const sideOf = ({ id, state, reference, amount, decidedAt }: Remittance): readonly Expected[] =>
  state !== 'approved' || decidedAt === undefined
    ? []
    : [{ id, direction: 'debit', reference, amount, happenedAt: decidedAt, isConfirmed: false }];

/** Of the break that says that no line has told of it. */
export const overdueId = ({ id, direction }: Side): Id<'brk'> => derivedId('brk', id, direction, 'overdue');
