import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Money } from '../../../../shared/money.ts';
import type { CommissionId } from '../../index.ts';
import type { Adjustment } from './adjustment.ts';
import type { Commission } from './commission.ts';
import type { Step } from './step.ts';

/** On a statement; by payouts: brought, come back, kept for what was clawed back, and no longer kept. */
type FromSettlement = 'settled' | 'paid' | 'unpaid' | 'recovered' | 'unrecovered';

/** A step as it is kept: what happened when, how large the commission was then, by how much it changed and why. */
export interface PastStep {
  readonly commissionId: CommissionId;
  readonly kind: Step['kind'] | 'reviewed' | 'stopped' | 'resumed' | 'adjusted' | FromSettlement;
  readonly at: Instant;
  readonly amount: Money;
  /** Negative: less of it. */
  readonly by?: Money | undefined;
  readonly reasons: readonly string[];
  readonly adjustmentId?: Id<'adj'> | undefined;
  readonly payoutId?: Id<'pay'> | undefined;
  /** Who did it, and what they said; not for partners. */
  readonly actor?: string | undefined;
  readonly note?: string | undefined;
}

export const pastStep = (step: Step): PastStep => {
  const { commission, kind, at } = step;
  const past = { commissionId: commission.id, kind, at, amount: commission.amount };
  switch (step.kind) {
    case 'held':
      return { ...past, reasons: commission.holdReasons };
    case 'raised':
      return { ...past, by: step.by, reasons: [step.reason] };
    case 'reduced':
      return { ...past, by: step.by.negated(), reasons: [step.reason] };
    case 'topped_up':
      return { ...past, by: step.by, reasons: [step.reason], adjustmentId: step.adjustmentId };
    case 'clawed_back':
      return { ...past, by: step.by.negated(), reasons: [step.reason], adjustmentId: step.adjustmentId };
    case 'reversed':
      return { ...past, by: commission.amount.negated(), reasons: [step.reason] };
    default:
      return { ...past, reasons: [] };
  }
};

/** What settlement or people did to it. */
export const otherStep = (
  { id, amount }: Commission,
  kind: Exclude<PastStep['kind'], Step['kind']>,
  at: Instant,
  more: Partial<Pick<PastStep, 'by' | 'reasons' | 'adjustmentId' | 'payoutId' | 'actor' | 'note'>> = {},
): PastStep => ({ commissionId: id, kind, at, amount, reasons: [], ...more });

export const adjustedStep = (
  commission: Commission,
  { id, amount, reason, decidedAt, proposedAt }: Adjustment,
): PastStep =>
  otherStep(commission, 'adjusted', decidedAt ?? proposedAt, { by: amount, reasons: [reason], adjustmentId: id });
