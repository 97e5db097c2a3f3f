import type { Id } from '../../../shared/ids.ts';
import type { Money } from '../../../shared/money.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Adjustment, AdjustmentId, AdjustmentState } from '../domain/life-cycle/adjustment.ts';
import type { LimitChange } from '../domain/life-cycle/adjustment-limit.ts';
import type { CommissionId } from '../index.ts';

export interface AdjustmentFilter {
  readonly programId?: Id<'prg'> | undefined;
  readonly partnerId?: Id<'par'> | undefined;
  readonly commissionId?: CommissionId | undefined;
  readonly state?: AdjustmentState | undefined;
}

/** Looks at adjustments outside any transaction. */
export abstract class AdjustmentReader {
  abstract find(id: AdjustmentId): Promise<Adjustment | undefined>;
  /** By id. */
  abstract page(filter: AdjustmentFilter, request: PageRequest): Promise<Page<Adjustment>>;
  /** Undefined where nobody has said. */
  abstract limit(programId: Id<'prg'>): Promise<Money | undefined>;
  /** What waits for a second person. */
  abstract pendingLimit(programId: Id<'prg'>): Promise<LimitChange | undefined>;
}
