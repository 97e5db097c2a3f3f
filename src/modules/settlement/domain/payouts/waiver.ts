import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type Instant, plusDays } from '../../../../shared/instant.ts';
import { type ActionOf, type Lifecycle, moved } from '../../../../shared/lifecycle.ts';
import type { Money } from '../../../../shared/money.ts';
import type { Receivable } from './securities.ts';

export type WaiverId = Id<'wvr'>;

/**
 *   asked ──approve──▶ approved
 *     └────refuse────▶ refused
 *
 * One person asks, another decides. Nothing is booked before.
 */
export const waiverLifecycle = {
  asked: { approve: 'approved', refuse: 'refused' },
  approved: {},
  refused: {},
} as const satisfies Lifecycle;

export type WaiverState = keyof typeof waiverLifecycle;
export type WaiverAction = ActionOf<typeof waiverLifecycle>;

/** Throws `settlement.illegal_move`. */
export const moveWaiver = (state: WaiverState, action: WaiverAction): WaiverState =>
  moved('settlement', waiverLifecycle, state, action);

export const WAIVER_KINDS = ['write_off', 'forfeit'] as const;

/** What is given up: of what a partner owes us (write_off), or of what one that has left had earned (forfeit). */
export interface Waiver {
  readonly id: WaiverId;
  readonly kind: (typeof WAIVER_KINDS)[number];
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly amount: Money;
  readonly reason: string;
  readonly state: WaiverState;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly decidedBy?: string | undefined;
  readonly decidedAt?: Instant | undefined;
}

/** Whoever asked may take it back, and nothing else. Throws `settlement.illegal_move`, `settlement.four_eyes`. */
export const decidedWaiver = (waiver: Waiver, action: WaiverAction, by: string, at: Instant): Waiver => {
  const state = moveWaiver(waiver.state, action);
  if (action === 'approve' && by === waiver.askedBy) {
    throw new AppError('forbidden', 'settlement.four_eyes', 'you have asked for it; somebody else has to agree');
  }
  return { ...waiver, state, decidedBy: by, decidedAt: at };
};

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
