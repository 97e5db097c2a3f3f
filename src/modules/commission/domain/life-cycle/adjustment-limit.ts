import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Money } from '../../../../shared/money.ts';
import type { Proposed } from './adjustment.ts';

export type LimitChangeId = Id<'alc'>;

/** A higher limit lets one person give away more, so it waits for a second one, as a large adjustment does. */
export interface LimitChange extends Proposed {
  readonly id: LimitChangeId;
  readonly programId: Id<'prg'>;
  /** The limit in force when it was asked for. */
  readonly from: Money;
  readonly limit: Money;
}

/** What is asked for, and what waits of it. */
export interface AdjustmentLimit {
  readonly limit: Money;
  readonly pending?: LimitChange | undefined;
}

/** Throws `commission.limit_change_pending`. */
export const mustNotWait = (pending: LimitChange | undefined): void => {
  if (pending === undefined) return;
  throw new AppError(
    'conflict',
    'commission.limit_change_pending',
    `${pending.id} of ${pending.proposedBy} waits to be decided; approve or reject it first`,
  );
};

/** Throws `commission.limit_change_outdated`. */
export const mustStillFit = ({ id, from }: LimitChange, limit: Money): void => {
  if (from.compare(limit) === 0) return;
  throw new AppError(
    'conflict',
    'commission.limit_change_outdated',
    `the limit is ${limit.toString()} by now, and was ${from.toString()} when ${id} was asked for; reject it, and ask anew`,
  );
};
