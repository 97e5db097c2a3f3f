import { IsIdOf, IsInstant, IsListOf, IsMoney, IsOneOf, IsText, IsTextList } from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { CommissionDetail } from '../../application/explaining/look-at-commission.ts';
import type { PastStep } from '../../domain/life-cycle/history.ts';
import { ACTORS, BLOCKERS, type Outlook } from '../../domain/explaining/outlook.ts';
import { AdjustmentView, adjustmentView } from './adjustment-views.ts';
import { CommissionView, commissionView } from './views.ts';

export class CommissionBlockerView {
  @IsOneOf(BLOCKERS) readonly code!: string;
  @IsOneOf(ACTORS, { description: 'Who can do something about it' }) readonly who!: string;
  @IsTextList({ max: 50 }) readonly reasons!: readonly string[];
  @IsInstant({ optional: true }) readonly since?: Instant | undefined;
  @IsInstant({ optional: true }) readonly until?: Instant | undefined;
}

class PastStepView {
  @IsText({ max: 20 }) readonly kind!: string;
  @IsInstant() readonly at!: Instant;
  @IsMoney({ description: 'How large the commission was then' }) readonly amount!: MoneyJson;
  @IsMoney({ negative: true, optional: true, description: 'What the step added, or took' })
  readonly by?: MoneyJson | undefined;
  @IsTextList({ max: 50 }) readonly reasons!: readonly string[];
  @IsIdOf('adj', { optional: true }) readonly adjustmentId?: string | undefined;
  @IsIdOf('pay', { optional: true }) readonly payoutId?: string | undefined;
  @IsText({ max: 200, optional: true, description: 'For staff' }) readonly actor?: string | undefined;
  @IsText({ max: 1_000, optional: true, description: 'For staff' }) readonly note?: string | undefined;
}

export class CommissionDetailView extends CommissionView {
  @IsListOf(() => CommissionBlockerView, {
    max: 20,
    description: 'What it waits for; none when it is paid, or never will be',
  })
  readonly blockedBy!: readonly CommissionBlockerView[];
  @IsInstant({ optional: true, description: 'When it can be paid at the earliest, if all goes well from now on' })
  readonly earliestPayableAt?: Instant | undefined;
  @IsListOf(() => PastStepView, { max: 1_000, description: 'All that happened to it, as it was noticed' })
  readonly history!: readonly PastStepView[];
  @IsListOf(() => AdjustmentView, { max: 100, description: 'Entries beside it' })
  readonly adjustments!: readonly AdjustmentView[];
}

export const outlookView = ({ blockers, earliestPayableAt }: Outlook) => ({ blockedBy: blockers, earliestPayableAt });

export const commissionDetailView = (
  { commission, outlook, past, adjustments }: CommissionDetail,
  forStaff: boolean,
): CommissionDetailView =>
  Object.assign(commissionView(commission), {
    ...outlookView(outlook),
    history: past.map((step) => pastStepView(step, forStaff)),
    adjustments: adjustments
      .filter(({ state }) => forStaff || state === 'approved')
      .map((adjustment) => adjustmentView(adjustment, forStaff)),
  });

const pastStepView = (
  { commissionId: _, amount, by, actor, note, ...rest }: PastStep,
  forStaff: boolean,
): PastStepView => ({
  ...rest,
  amount: amount.toJSON(),
  by: by?.toJSON(),
  ...(forStaff && { actor, note }),
});
