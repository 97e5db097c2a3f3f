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
import type { Commission } from '../../domain/life-cycle/commission.ts';
import { lifecycle } from '../../domain/life-cycle/life-cycle.ts';
import type { TermsVersion } from '../../domain/terms/terms.ts';
import type { StateTotal } from '../../ports/commission-reader.ts';

const STATES = Object.keys(lifecycle);

export class RecruitView {
  @IsIdOf('com', { description: 'The commission it follows' }) readonly parentId!: string;
  @IsWhole({ min: 1, max: 2, description: '2: the recruiter of the recruiter' }) readonly level!: number;
  @IsText({ max: 20, description: 'Of what the parent comes to' }) readonly percent!: string;
}

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
  @IsMoney({ negative: true, description: 'How much the terms added after it locked, or took off' })
  readonly adjusted!: MoneyJson;
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
  @IsText({ max: 121, description: 'Of the order’s credit, as a fraction' }) readonly share!: string;
  @IsNested(() => RecruitView, {
    optional: true,
    description: 'Of somebody who was recruited, and no order of one’s own',
  })
  readonly recruit?: RecruitView | undefined;
  @IsInstant({ description: 'If it has not vested by then, somebody looks at it' }) readonly reviewAt!: Instant;
  @IsFlag({ description: 'Whether fraud has allowed it; until then it does not lock' }) readonly allowed!: boolean;
}

export const commissionView = ({
  amount,
  vested,
  clawedBack,
  adjusted,
  paid,
  heldFrom: _,
  generation: __,
  holds: ___,
  reviewAfterDays: ____,
  reviewedAt: _____,
  grounds: ______,
  ...rest
}: Commission): CommissionView => ({
  ...rest,
  amount: amount.toJSON(),
  vested: vested.toJSON(),
  clawedBack: clawedBack.toJSON(),
  adjusted: adjusted.toJSON(),
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
