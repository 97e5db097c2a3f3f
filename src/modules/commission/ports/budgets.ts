import type { Id } from '../../../shared/ids.ts';
import type { CommissionId } from '../index.ts';

/** Looks at what groups with a budget pay, outside any transaction. */
export abstract class Budgets {
  /** Of commissions that have locked, in minor units. */
  abstract secured(programId: Id<'prg'>, scope: string): Promise<bigint>;
  /** Of those that have not, what each would be paid if no limit over several orders cut it; by commission. */
  abstract wanted(
    programId: Id<'prg'>,
    scope: string,
    limit: number,
    after?: CommissionId,
  ): Promise<readonly { readonly commissionId: CommissionId; readonly minor: bigint }[]>;
}
