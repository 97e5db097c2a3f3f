import type { Id } from '../../../shared/ids.ts';
import type { Money } from '../../../shared/money.ts';
import type { Adjustment, AdjustmentId } from '../domain/life-cycle/adjustment.ts';
import type { LimitChange, LimitChangeId } from '../domain/life-cycle/adjustment-limit.ts';

export abstract class Adjustments {
  /** Nobody else's until the transaction ends. */
  abstract ofIds(ids: readonly AdjustmentId[]): Promise<readonly Adjustment[]>;
  /** Those known already are left alone; gives the ids of the others. */
  abstract add(adjustments: readonly Adjustment[]): Promise<readonly AdjustmentId[]>;
  /** Its state, and who decided. */
  abstract save(adjustment: Adjustment): Promise<void>;
  /** From which amount on a program wants two people; undefined where nobody has said. */
  abstract limit(programId: Id<'prg'>): Promise<Money | undefined>;
  abstract setLimit(programId: Id<'prg'>, limit: Money): Promise<void>;
  /** Nobody else changes the limit until the transaction ends. */
  abstract holdLimit(programId: Id<'prg'>): Promise<void>;
  /** What waits for a second person: one change at most. */
  abstract pendingLimit(programId: Id<'prg'>): Promise<LimitChange | undefined>;
  /** Throws `commission.limit_change_not_found`. */
  abstract limitChange(id: LimitChangeId): Promise<LimitChange>;
  abstract saveLimitChange(change: LimitChange): Promise<void>;
}
