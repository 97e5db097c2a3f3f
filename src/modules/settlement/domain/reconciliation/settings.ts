import type { Id } from '../../../../shared/ids.ts';
import type { Match } from './match.ts';

/** How a program wants its bank's lines to be dealt with. */
export interface ReconciliationSettings {
  readonly programId: Id<'prg'>;
  /** By currency, in minor units: how far an amount may be off; the difference is the bank's fee. */
  readonly tolerances: ReadonlyMap<string, bigint>;
  /** What is more than that, two people decide; what has no reference, they always do. */
  readonly fourEyesAbove: bigint;
  /** Days after a payout was sent. */
  readonly lateAfterDays: number;
  readonly missingAfterDays: number;
  /** Days for which a line may be no more than announced. */
  readonly pendingAfterDays: number;
}

/** Where nobody has said otherwise: to the cent, and nobody alone. */
export const defaultSettings = (programId: Id<'prg'>): ReconciliationSettings => ({
  programId,
  tolerances: new Map(),
  fourEyesAbove: 0n,
  lateAfterDays: 3,
  missingAfterDays: 10,
  pendingAfterDays: 5,
});

export const needsTwo = (
  { rule, amount }: Pick<Match, 'rule' | 'amount'>,
  { fourEyesAbove }: ReconciliationSettings,
): boolean => (rule !== 'reference' && rule !== 'batch') || amount.minor > fourEyesAbove;
