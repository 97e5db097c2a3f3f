import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { BudgetState } from '../domain/budget.ts';

export abstract class BudgetStates {
  /** Ours until the transaction ends. */
  abstract ofProgram(programId: Id<'prg'>): Promise<readonly BudgetState[]>;
  abstract save(programId: Id<'prg'>, states: readonly BudgetState[], at: Instant): Promise<void>;
  /** In the machine's time. */
  abstract looked(at: Instant): Promise<void>;
}
