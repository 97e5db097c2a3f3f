import {
  IsBag,
  IsFlag,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsMoney,
  IsNested,
  IsOneOf,
  IsText,
  IsTextList,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { Commission } from '../../domain/commission.ts';
import type { Explanation } from '../../domain/explanation.ts';
import { lifecycle } from '../../domain/life-cycle.ts';
import type { TermsVersion } from '../../domain/terms.ts';
import type { StateTotal } from '../../ports/commission-reader.ts';

const STATES = Object.keys(lifecycle);

export class CommissionView {
  @IsIdOf('com') readonly id!: string;
  @IsIdOf('ord') readonly orderId!: string;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsIdOf('par') readonly partnerId!: string;
  @IsIdOf('cnv') readonly conversionId!: string;
  @IsOneOf(STATES) readonly state!: string;
  @IsTextList({ max: 50, description: 'Codes of what holds it' }) readonly holdReasons!: readonly string[];
  @IsMoney() readonly amount!: MoneyJson;
  @IsMoney({ description: 'How much of it has vested' }) readonly vested!: MoneyJson;
  @IsMoney({ description: 'How much was taken back after it locked' }) readonly clawedBack!: MoneyJson;
  @IsMoney({ negative: true, description: 'How much of it settled payouts have brought' }) readonly paid!: MoneyJson;
  @IsIdOf('trm') readonly termsId!: string;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly termsVersion!: number;
  @IsInstant() readonly accruedAt!: Instant;
  @IsInstant({ optional: true }) readonly vestedAt?: Instant | undefined;
  @IsInstant({ optional: true, description: 'End of the return window' }) readonly locksAt?: Instant | undefined;
  @IsInstant({ optional: true }) readonly lockedAt?: Instant | undefined;
  @IsInstant({ optional: true }) readonly settledAt?: Instant | undefined;
  @IsInstant({ optional: true }) readonly paidAt?: Instant | undefined;
  @IsInstant({ optional: true }) readonly endedAt?: Instant | undefined;
  @IsText({ max: 50, optional: true }) readonly endReason?: string | undefined;
  @IsFlag({ description: 'Whether fraud has allowed it; until then it does not lock' }) readonly allowed!: boolean;
}

export const commissionView = ({
  amount,
  vested,
  clawedBack,
  paid,
  heldFrom: _,
  generation: __,
  ...rest
}: Commission): CommissionView => ({
  ...rest,
  amount: amount.toJSON(),
  vested: vested.toJSON(),
  clawedBack: clawedBack.toJSON(),
  paid: paid.toJSON(),
});

class StateTotalView {
  @IsOneOf(STATES) readonly state!: string;
  @IsWhole({ min: 0, max: Number.MAX_SAFE_INTEGER }) readonly count!: number;
  @IsMoney() readonly amount!: MoneyJson;
  @IsMoney({ description: 'Of the amount, what was taken back after the lock' }) readonly clawedBack!: MoneyJson;
}

export class CommissionTotalsView {
  @IsListOf(() => StateTotalView, { max: 1_000 }) readonly states!: readonly StateTotalView[];
}

export const totalsView = (totals: readonly StateTotal[]): CommissionTotalsView => ({
  states: totals.map(({ state, count, minor, clawedBackMinor, currency }) => ({
    state,
    count,
    amount: Money.of(minor, currency).toJSON(),
    clawedBack: Money.of(clawedBackMinor, currency).toJSON(),
  })),
});

class AppliedTermsView {
  @IsIdOf('trm') readonly termsId!: string;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly version!: number;
  @IsText({ max: 64 }) readonly hash!: string;
}

class ClauseView {
  @IsText({ max: 60_000 }) readonly says!: string;
  @IsText({ max: 500, min: 0, nullable: true, description: 'The value it met' }) readonly met!: string | null;
  @IsFlag() readonly holds!: boolean;
}

class DecidingGroupView {
  @IsText({ max: 200 }) readonly name!: string;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly rank!: number;
  @IsBag({ description: 'What a line of the group earns' }) readonly amount!: object;
}

class PassedOverView {
  @IsText({ max: 200 }) readonly name!: string;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly rank!: number;
  @IsText({ max: 60_000 }) readonly failedOn!: string;
}

class LineExplanationView {
  @IsText({ max: 100 }) readonly lineRef!: string;
  @IsMoney() readonly base!: MoneyJson;
  @IsWhole({ min: 0, max: 1_000_000 }) readonly quantityKept!: number;
  @IsMoney() readonly unitPrice!: MoneyJson;
  @IsNested(() => DecidingGroupView, { nullable: true }) readonly group!: DecidingGroupView | null;
  @IsListOf(() => ClauseView, { max: 10_000 }) readonly clauses!: readonly ClauseView[];
  @IsListOf(() => PassedOverView, { max: 200, description: 'Groups of a better rank, and what each failed on' })
  readonly passedOver!: readonly PassedOverView[];
  @IsText({ max: 100, description: 'Before rounding: numerator/denominator minor units' }) readonly exact!: string;
  @IsMoney() readonly rounded!: MoneyJson;
  @IsMoney({ description: 'After limits' }) readonly amount!: MoneyJson;
}

class LimitExplanationView {
  @IsText({ max: 20 }) readonly per!: string;
  @IsMoney() readonly limit!: MoneyJson;
  @IsMoney() readonly before!: MoneyJson;
  @IsMoney() readonly after!: MoneyJson;
}

class VestingStepView {
  @IsText({ max: 20 }) readonly milestone!: string;
  @IsText({ max: 20 }) readonly percent!: string;
}

export class ExplanationView {
  @IsIdOf('com') readonly commissionId!: string;
  @IsNested(() => AppliedTermsView) readonly terms!: Explanation['terms'];
  @IsIdOf('ord') readonly orderId!: string;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsText({ max: 20, description: 'How fractions of a minor unit were rounded' }) readonly rounding!: string;
  @IsListOf(() => LineExplanationView, { max: 500 }) readonly lines!: Explanation['lines'];
  @IsListOf(() => LimitExplanationView, { max: 10 }) readonly limits!: Explanation['limits'];
  @IsMoney() readonly total!: MoneyJson;
  @IsListOf(() => VestingStepView, { max: 7 }) readonly vesting!: Explanation['vesting'];
  @IsWhole({ min: 0, max: 1_000 }) readonly returnWindowDays!: number;
}

export class TermsView {
  @IsIdOf('trm') readonly termsId!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly version!: number;
  @IsBag({ description: 'Groups by rank, limits, vesting plan, return window; see docs/terms.md' })
  readonly terms!: TermsVersion['terms'];
  @IsText({ max: 64, description: 'SHA-256 of the canonical JSON of the terms' }) readonly hash!: string;
  @IsInstant({ description: 'Applies to orders placed from then on' }) readonly effectiveFrom!: Instant;
  @IsInstant() readonly publishedAt!: Instant;
}

export class TermsListView {
  @IsListOf(() => TermsView, { max: 10_000 }) readonly data!: readonly TermsView[];
}
