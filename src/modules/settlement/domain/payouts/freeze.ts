import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type ActionOf, type Lifecycle, moved } from '../../../../shared/lifecycle.ts';
import { mustBeAnother } from '../proposals/proposal.ts';

export type FreezeId = Id<'frz'>;

/**
 *   frozen ──ask──▶ lifting ──lift──▶ lifted
 *
 * One person, or an auditor, freezes; it takes two to thaw. Who asks need not be who froze.
 */
export const freezeLifecycle = {
  frozen: { ask: 'lifting' },
  lifting: { lift: 'lifted' },
  lifted: {},
} as const satisfies Lifecycle;

export type FreezeState = keyof typeof freezeLifecycle;

/** Throws `settlement.illegal_move`. */
export const moveFreeze = (state: FreezeState, action: ActionOf<typeof freezeLifecycle>): FreezeState =>
  moved('settlement', freezeLifecycle, state, action);

/** Nothing is sent while it is not lifted. Accruals and closes go on. */
export interface Freeze {
  readonly id: FreezeId;
  /** Absent: the whole house. */
  readonly programId?: Id<'prg'> | undefined;
  readonly state: FreezeState;
  readonly reason: string;
  readonly frozenBy: string;
  readonly frozenAt: Instant;
  readonly liftAskedBy?: string | undefined;
  readonly liftAskedAt?: Instant | undefined;
  readonly liftReason?: string | undefined;
  readonly liftedBy?: string | undefined;
  readonly liftedAt?: Instant | undefined;
}

export interface Lift {
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
}

/** The first asks, the second lifts. Throws `settlement.illegal_move`, `settlement.four_eyes`. */
export const lifted = (freeze: Freeze, { by, at, reason }: Lift): Freeze => {
  if (freeze.state === 'frozen') {
    const state = moveFreeze(freeze.state, 'ask');
    return { ...freeze, state, liftAskedBy: by, liftAskedAt: at, liftReason: reason };
  }
  const state = moveFreeze(freeze.state, 'lift');
  mustBeAnother(by, freeze.liftAskedBy);
  return { ...freeze, state, liftedBy: by, liftedAt: at };
};

/** Throws `settlement.payouts_frozen`. */
export const mustNotBeFrozen = ([freeze]: readonly Freeze[]): void => {
  if (freeze === undefined) return;
  throw new AppError(
    'refused',
    'settlement.payouts_frozen',
    `payouts are frozen since ${freeze.frozenAt}: ${freeze.reason}; two people lift ${freeze.id}`,
  );
};
