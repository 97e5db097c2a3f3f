import type { Id } from '../../../shared/ids.ts';
import type { CommissionState } from '../domain/life-cycle/life-cycle.ts';
import type { CommissionId } from '../index.ts';

/** A commission, as far as it says what an order came to. */
export interface Earned {
  readonly commissionId: CommissionId;
  readonly orderId: Id<'ord'>;
  readonly partnerId: Id<'par'>;
  readonly state: CommissionState;
  readonly currency: string;
  /** What is left of it. */
  readonly minor: bigint;
  readonly paidMinor: bigint;
  readonly endReason?: string | undefined;
}

/** Looks at what many orders came to, outside any transaction. */
export abstract class OutcomeReader {
  abstract earned(orderIds: readonly Id<'ord'>[]): Promise<readonly Earned[]>;
  /** Of those that nobody can calculate as they are: the code. */
  abstract uncalculated(orderIds: readonly Id<'ord'>[]): Promise<ReadonlyMap<Id<'ord'>, string>>;
}
