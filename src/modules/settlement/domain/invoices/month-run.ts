import type { Month } from '../../../../shared/calendar.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';

/**
 *   running ──▶ done
 *      ▲          │ asked again: from the beginning, for what was refused may be ready meanwhile
 *      └──────────┘
 *
 * Something that is done for all partners of a month, in their order. Who is cut off goes on behind the last.
 */
export interface MonthRun {
  readonly programId: Id<'prg'>;
  readonly period: Month;
  readonly state: 'running' | 'done';
  /** The last that was looked at. */
  readonly after?: Id<'par'> | undefined;
  /** Was as it should be already, and is left alone. */
  readonly kept: number;
  readonly refused: number;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly endedAt?: Instant | undefined;
}

/** Why it could not be done for one of them. */
export interface MonthRefusal {
  readonly partnerId: Id<'par'>;
  /** `settlement.not_agreed` … */
  readonly code: string;
  /** Says what to do, too. */
  readonly detail: string;
}

export const begunMonth = (
  programId: Id<'prg'>,
  period: Month,
  { by: askedBy, at: askedAt }: { readonly by: string; readonly at: Instant },
): MonthRun => ({ programId, period, state: 'running', kept: 0, refused: 0, askedBy, askedAt });
