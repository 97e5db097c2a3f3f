import { fromUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { IdentityKey, KeptMerge, Merge, Undoing } from '../../domain/identity/identity.ts';

export interface MergeRow {
  readonly id: string;
  readonly program_id: string;
  readonly cause: Merge['cause'];
  readonly order_id: string | null;
  readonly told_by: string | null;
  readonly reason: string | null;
  readonly refused_because: Merge['refusedBecause'] | null;
  readonly merged_at: Instant;
  readonly keys: readonly IdentityKey[];
  readonly undone_cause: Undoing['cause'] | null;
  readonly undone_by: string | null;
  readonly undone_reason: string | null;
  readonly undone_at: Instant | null;
}

/** Of a merge with its undoing beside it, and its keys. */
export const MERGE_COLUMNS = `
  merge.id, merge.program_id, merge.cause, merge.order_id, merge.told_by, merge.reason, merge.refused_because,
  merge.merged_at, undoing.cause as undone_cause, undoing.told_by as undone_by, undoing.reason as undone_reason,
  undoing.undone_at, array(select key from attribution.identity_keys where merge_id = merge.id order by key) as keys`;

export const MERGES = `select ${MERGE_COLUMNS}
  from attribution.identity_merges as merge
  left join attribution.identity_undoings as undoing on undoing.merge_id = merge.id`;

export const toMerge = (row: MergeRow): KeptMerge => ({
  mergeId: fromUuid('mrg', row.id),
  programId: fromUuid('prg', row.program_id),
  keys: row.keys,
  cause: row.cause,
  orderId: row.order_id === null ? undefined : fromUuid('ord', row.order_id),
  toldBy: row.told_by ?? undefined,
  reason: row.reason ?? undefined,
  mergedAt: row.merged_at,
  refusedBecause: row.refused_because ?? undefined,
  undone: toUndoing(row),
});

const toUndoing = ({ undone_cause, undone_by, undone_reason, undone_at }: MergeRow): Undoing | undefined =>
  undone_cause === null || undone_at === null
    ? undefined
    : {
        cause: undone_cause,
        toldBy: undone_by ?? undefined,
        reason: undone_reason ?? undefined,
        undoneAt: undone_at,
      };
