import { IsIdOf, IsInstant, IsMoney, IsText } from '../../shared/fields.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoneyJson } from '../../shared/money.ts';

/**
 * A promotion is expected to want more than its budget: what has locked, and what is open by the chance that it will.
 * Told once, until it was expected to be enough again.
 */
export class BudgetAtRiskV1 {
  static readonly type = 'reporting.budget_at_risk';
  static readonly version = 1;

  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  /** As the terms call it. */
  @IsText({ max: 200 }) readonly group!: string;
  @IsMoney() readonly budget!: MoneyJson;
  @IsMoney() readonly secured!: MoneyJson;
  @IsMoney() readonly expectedOpen!: MoneyJson;
  @IsInstant() readonly foundAt!: Instant;
}
