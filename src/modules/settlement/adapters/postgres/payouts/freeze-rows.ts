import { AppError } from '../../../../../shared/errors.ts';
import { fromUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import type { Freeze, FreezeId, FreezeState } from '../../../domain/payouts/freeze.ts';

/** Stands for all programs. */
export const HOUSE = '00000000-0000-0000-0000-000000000000';

export interface FreezeRow {
  readonly id: string;
  readonly program_id: string;
  readonly state: FreezeState;
  readonly reason: string;
  readonly frozen_by: string;
  readonly frozen_at: Instant;
  readonly lift_asked_by: string | null;
  readonly lift_asked_at: Instant | null;
  readonly lift_reason: string | null;
  readonly lifted_by: string | null;
  readonly lifted_at: Instant | null;
}

export const toFreeze = (row: FreezeRow): Freeze => ({
  id: fromUuid('frz', row.id),
  programId: row.program_id === HOUSE ? undefined : fromUuid('prg', row.program_id),
  state: row.state,
  reason: row.reason,
  frozenBy: row.frozen_by,
  frozenAt: row.frozen_at,
  liftAskedBy: row.lift_asked_by ?? undefined,
  liftAskedAt: row.lift_asked_at ?? undefined,
  liftReason: row.lift_reason ?? undefined,
  liftedBy: row.lifted_by ?? undefined,
  liftedAt: row.lifted_at ?? undefined,
});

export const noFreeze = (id: FreezeId): AppError =>
  new AppError('not_found', 'settlement.freeze_not_found', `there is no freeze ${id}`);
