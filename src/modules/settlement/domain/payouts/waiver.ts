import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type Instant, plusDays } from '../../../../shared/instant.ts';
import type { Money } from '../../../../shared/money.ts';
import type { Proposal } from '../proposals/proposal.ts';
import type { Receivable } from './securities.ts';

export type WaiverId = Id<'wvr'>;

export const WAIVER_KINDS = ['write_off', 'forfeit'] as const;

/**
 * What is given up: of what a partner owes us (write_off), or of what one that has left had earned (forfeit). Nothing is
 * booked before somebody else agrees.
 */
export interface Waiver extends Proposal {
  readonly id: WaiverId;
  readonly kind: (typeof WAIVER_KINDS)[number];
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly amount: Money;
  readonly reason: string;
}

/** What of the receivables may be written off: those that are old enough. Throws `settlement.nothing_to_write_off`. */
export const mustBeOldEnough = (
  receivables: readonly Receivable[],
  amount: Money,
  afterDays: number,
  now: Instant,
): void => {
  const old = receivables.filter(({ raisedAt }) => plusDays(raisedAt, afterDays) <= now);
  const left = old.reduce((sum, each) => sum + each.left, 0n);
  if (amount.minor <= left) return;
  throw new AppError(
    'refused',
    'settlement.nothing_to_write_off',
    `${left} minor units of receivables are at least ${afterDays} days old; the policy lets no more be written off`,
  );
};
