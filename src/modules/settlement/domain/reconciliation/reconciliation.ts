/** What a bank says, and how money moves with it. `matcher.ts` holds one against the other. */
import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Money } from '../../../../shared/money.ts';

export type LineId = Id<'lin'>;

/** One payment on a bank's statement. */
export interface BankLine {
  /** The bank's own reference, unique on its statement. */
  readonly ref: string;
  /** Ours, if the bank knows it. */
  readonly endToEndId?: string | undefined;
  readonly amount: Money;
  readonly direction: 'debit' | 'credit';
  /** An `info` line tells of something that was not booked: a payment that was refused. A `pending` one may be yet. */
  readonly status: 'booked' | 'info' | 'pending';
  readonly bookedAt: Instant;
  /** Why money came back, or did not leave. */
  readonly returnReason?: string | undefined;
  /** The day from which the money counts. */
  readonly valueOn?: string | undefined;
  readonly uetr?: string | undefined;
  /** Of a batch that was booked as one. */
  readonly batchRef?: string | undefined;
  readonly remittance?: string | undefined;
  /** The account of the other side: as the bank wrote it, or what is kept of it. */
  readonly counterparty?: string | undefined;
  /** What the bank took for it; a part of the amount. */
  readonly charges?: Money | undefined;
  /** What was ordered, where the bank booked another amount. */
  readonly instructed?: Money | undefined;
  /** The bank's own fees, and nobody's payment. */
  readonly isCharge?: true | undefined;
}

/** An account statement, as the bank sent it. */
export interface BankStatement {
  readonly id: string;
  readonly account: string;
  readonly sequence?: number | undefined;
  readonly opening: Money;
  readonly closing: Money;
  readonly lines: readonly BankLine[];
}

/** A line that is kept: known by what it says, on which statement. */
export interface Line extends BankLine {
  readonly id: LineId;
  readonly account: string;
  readonly statementId: string;
  /** How often it was put into suspense. */
  readonly round: number;
}

/** Money to us is more than nothing, money from us is less. */
export const signed = ({ amount, direction }: Pick<BankLine, 'amount' | 'direction'>): Money =>
  direction === 'credit' ? amount : amount.negated();

export const breakId = (account: string, statementId: string, ref: string): Id<'brk'> =>
  derivedId('brk', account, statementId, ref);
