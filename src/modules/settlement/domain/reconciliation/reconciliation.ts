/** What a bank says, and how money moves with it. `matcher.ts` holds one against the other. */
import { latest } from '../../../../shared/instant.ts';
import { mayMove } from '../../../../shared/lifecycle.ts';
import type { PayoutId } from '../../index.ts';
import { movePayout, type PayoutAction, payoutLifecycle } from '../payouts/payout-life-cycle.ts';
import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Money } from '../../../../shared/money.ts';
import type { MoneyFact } from '../books/booking.ts';
import type { Purpose } from '../books/purpose.ts';
import type { Payout } from '../payouts/payout.ts';

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

export type BreakKind = 'unknown_reference' | 'amount_differs' | 'not_expected' | 'pending';

export type LineVerdict =
  | { readonly line: BankLine; readonly action: 'settle' | 'reject' | 'return'; readonly payoutId: PayoutId }
  | { readonly line: BankLine; readonly break: BreakKind; readonly payoutId?: PayoutId };

/** A payout that moved, with every step on the way. */
export interface PayoutStep {
  readonly payout: Payout;
  readonly action: 'settle' | 'reject' | 'return';
  readonly at: Instant;
  readonly facts: readonly MoneyFact[];
}

export interface Reconciled {
  readonly verdicts: readonly LineVerdict[];
  readonly steps: readonly PayoutStep[];
}

export const reconcile = (lines: readonly BankLine[], payouts: readonly Payout[]): Reconciled => {
  const known = new Map<string, Payout>(payouts.map((payout) => [payout.id, payout]));
  const verdicts: LineVerdict[] = [];
  const steps: PayoutStep[] = [];
  for (const line of lines) {
    const payout = known.get(line.endToEndId ?? '');
    const verdict = judge(line, payout);
    verdicts.push(verdict);
    if (payout === undefined || !('action' in verdict)) continue;
    const step = stepOf(payout, verdict.action, line);
    known.set(payout.id, step.payout);
    steps.push(step);
  }
  return { verdicts, steps };
};

const judge = (line: BankLine, payout: Payout | undefined): LineVerdict => {
  if (payout === undefined) return { line, break: 'unknown_reference' };
  const payoutId = payout.id;
  if (!payout.amount.equals(line.amount)) return { line, break: 'amount_differs', payoutId };
  const action = actionOf(line);
  if (action === undefined) return { line, break: 'pending', payoutId };
  if (!mayMove(payoutLifecycle, payout.state, action)) return { line, break: 'not_expected', payoutId };
  // What comes back to the account has left it before: without that line, one of the bank's statements is missing.
  if (action === 'return' && payout.state !== 'settled') return { line, break: 'not_expected', payoutId };
  return { line, action, payoutId };
};

const actionOf = ({ status, direction, returnReason }: BankLine): PayoutStep['action'] | undefined => {
  if (status === 'info') return returnReason === undefined ? undefined : 'reject';
  return direction === 'debit' ? 'settle' : 'return';
};

const stepOf = (payout: Payout, action: PayoutStep['action'], line: BankLine): PayoutStep => {
  // Some banks give a day and no time: what they booked on the day we sent it was still booked after we did.
  const at = latest(line.bookedAt, payout.submittedAt ?? line.bookedAt, payout.settledAt ?? line.bookedAt);
  const state = movePayout(payout.state, action satisfies PayoutAction);
  return {
    action,
    at,
    payout: {
      ...payout,
      state,
      ...(action === 'settle' ? { settledAt: at } : { endedAt: at, reason: line.returnReason ?? 'no reason given' }),
    },
    facts: PURPOSES[action].map((purpose) => payoutFact(payout, purpose, at)),
  };
};

/** How money moves with each step; what comes back goes the way it went, backwards. */
const PURPOSES = {
  settle: ['settle'],
  reject: ['restore'],
  return: ['return', 'restore'],
} as const satisfies Readonly<Record<PayoutStep['action'], readonly Purpose[]>>;

/** Money to us is more than nothing, money from us is less. */
export const signed = ({ amount, direction }: Pick<BankLine, 'amount' | 'direction'>): Money =>
  direction === 'credit' ? amount : amount.negated();

export const payoutFact = (
  { id, batchId, programId, partnerId, amount, clearedByBatch }: Payout,
  purpose: Purpose,
  at: Instant,
): MoneyFact => ({
  programId,
  partnerId,
  purpose,
  amount,
  occurredAt: at,
  payoutId: id,
  ...(clearedByBatch && { pots: { clearing: batchId } }),
});

export const breakId = (account: string, statementId: string, ref: string): Id<'brk'> =>
  derivedId('brk', account, statementId, ref);
