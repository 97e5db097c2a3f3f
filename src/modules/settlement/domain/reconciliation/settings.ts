import type { Id } from '../../../../shared/ids.ts';
import type { Match } from './match.ts';

/** How a program wants its bank's lines to be dealt with. */
export interface ReconciliationSettings {
  readonly programId: Id<'prg'>;
  /** 0 while nobody has said anything. */
  readonly version: number;
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
  version: 0,
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

type Guards = Pick<ReconciliationSettings, 'fourEyesAbove' | 'tolerances'>;

/** JSON pointers to what guards money less than before: by it one person decides about more, or the bank may be off by more. */
export const loosenedReconciliation = (before: Guards, after: Guards): readonly string[] => [
  ...(after.fourEyesAbove > before.fourEyesAbove ? ['/fourEyesAbove'] : []),
  ...([...after.tolerances].some(([currency, minor]) => minor > (before.tolerances.get(currency) ?? 0n))
    ? ['/tolerances']
    : []),
];
