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
import type { MoneyJson } from '../../../../shared/money.ts';
import type { Explanation } from '../../domain/explaining/explanation.ts';
import type { Outlook } from '../../domain/explaining/outlook.ts';
import type { Earned } from '../../domain/explaining/why.ts';
import { PERIODS } from '../../domain/periods/figures.ts';
import { leftOf, type Since } from '../../domain/life-cycle/left-of.ts';
import { lifecycle } from '../../domain/life-cycle/life-cycle.ts';
import { CommissionBlockerView, outlookView } from './detail-views.ts';
import { RecruitExplanationView } from './recruit-explanation-view.ts';

const FRACTION = { max: 200, description: '`numerator/denominator`' };

class AppliedTermsView {
  @IsIdOf('trm') readonly termsId!: string;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly version!: number;
  @IsText({ max: 64 }) readonly hash!: string;
}

class ExchangeView {
  @IsText({ max: 3 }) readonly from!: string;
  @IsText({ max: 3 }) readonly to!: string;
  @IsText({ max: 60, description: 'What one `from` is in `to`, as a decimal' }) readonly rate!: string;
  @IsText({ max: 200 }) readonly source!: string;
  @IsInstant() readonly at!: Instant;
}

class FactView {
  @IsText({ max: 300 }) readonly fact!: string;
  @IsText({ max: 60_000, min: 0, nullable: true, description: 'Null: the order does not have it' })
  readonly value!: string | null;
}

class ClauseView {
  @IsText({ max: 60_000 }) readonly says!: string;
  @IsText({ max: 60_000, min: 0, nullable: true, description: 'The value it met' }) readonly met!: string | null;
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

class BonusPassedOverView {
  @IsText({ max: 200 }) readonly name!: string;
  @IsText({ max: 60_000 }) readonly failedOn!: string;
}

class TierPartView {
  @IsText({ max: 60 }) readonly from!: string;
  @IsText(FRACTION) readonly part!: string;
}

class TierView {
  @IsText({ max: 300 }) readonly scope!: string;
  @IsInstant() readonly from!: Instant;
  @IsInstant({ optional: true }) readonly until?: Instant | undefined;
  @IsText({ max: 60, description: 'What the period has come to without this order' }) readonly figure!: string;
  @IsText({ max: 200, description: 'What this order adds to it' }) readonly adds!: string;
  @IsListOf(() => TierPartView, { max: 200 }) readonly steps!: readonly TierPartView[];
}

class LineExplanationView {
  @IsText({ max: 100 }) readonly lineRef!: string;
  @IsMoney() readonly base!: MoneyJson;
  @IsWhole({ min: 0, max: 1_000_000 }) readonly quantityKept!: number;
  @IsMoney() readonly unitPrice!: MoneyJson;
  @IsText({ ...FRACTION, optional: true, description: 'The base in minor units of the terms’ currency' })
  readonly exchanged?: string | undefined;
  @IsListOf(() => FactView, { max: 1_000, optional: true }) readonly facts?: readonly FactView[] | undefined;
  @IsNested(() => DecidingGroupView, { nullable: true }) readonly group!: DecidingGroupView | null;
  @IsListOf(() => ClauseView, { max: 10_000 }) readonly clauses!: readonly ClauseView[];
  @IsListOf(() => PassedOverView, { max: 200, description: 'Groups of a better rank, and what each failed on' })
  readonly passedOver!: readonly PassedOverView[];
  @IsNested(() => TierView, { optional: true }) readonly tier?: TierView | undefined;
  @IsText({ max: 200, description: 'Before rounding: numerator/denominator minor units' }) readonly exact!: string;
  @IsMoney() readonly rounded!: MoneyJson;
  @IsMoney({ optional: true, description: 'After the least and the most a line earns' })
  readonly bounded?: MoneyJson | undefined;
  @IsMoney({ description: 'After limits and the split' }) readonly amount!: MoneyJson;
}

class BonusExplanationView {
  @IsText({ max: 200 }) readonly name!: string;
  @IsBag() readonly earns!: object;
  @IsListOf(() => ClauseView, { max: 10_000 }) readonly clauses!: readonly ClauseView[];
  @IsText(FRACTION) readonly exact!: string;
  @IsMoney() readonly rounded!: MoneyJson;
  @IsMoney() readonly amount!: MoneyJson;
}

class CountedLimitView {
  @IsText({ max: 300 }) readonly scope!: string;
  @IsOneOf(PERIODS) readonly period!: string;
  @IsInstant() readonly from!: Instant;
  @IsInstant({ optional: true }) readonly until?: Instant | undefined;
  @IsText({ max: 200, optional: true, description: 'A budget: of this group alone' }) readonly group?:
    string | undefined;
  @IsOneOf(['amount', 'orders']) readonly of!: string;
  @IsText({ max: 60 }) readonly limit!: string;
  @IsText({ max: 60, description: 'What other orders of the period have used of it' }) readonly used!: string;
}

class LimitExplanationView {
  @IsText({ max: 20 }) readonly per!: string;
  @IsMoney() readonly limit!: MoneyJson;
  @IsMoney() readonly before!: MoneyJson;
  @IsMoney() readonly after!: MoneyJson;
  @IsNested(() => CountedLimitView, { optional: true }) readonly counted?: CountedLimitView | undefined;
}

class SplitView {
  @IsTextList({ max: 1_000, description: 'Of all who are credited; a partner sees its own alone' })
  readonly shares!: readonly string[];
  @IsWhole({ min: 0, max: 1_000, description: 'Which of them is this partner’s' }) readonly own!: number;
  @IsMoney() readonly before!: MoneyJson;
  @IsMoney() readonly after!: MoneyJson;
}

class VestingStepView {
  @IsText({ max: 20 }) readonly milestone!: string;
  @IsText({ max: 20 }) readonly percent!: string;
}

/** Of what an order earns. */
export class AmountExplanationView {
  @IsNested(() => AppliedTermsView) readonly terms!: Explanation['terms'];
  @IsIdOf('ord') readonly orderId!: string;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsText({ max: 20, description: 'How fractions of a minor unit were rounded' }) readonly rounding!: string;
  @IsText({ max: 200, optional: true, description: 'The partner’s own agreement that counted' })
  readonly override?: string | undefined;
  @IsNested(() => ExchangeView, { optional: true }) readonly exchange?: Explanation['exchange'];
  @IsListOf(() => FactView, { max: 1_000, optional: true, description: 'Of the order, as far as conditions looked' })
  readonly facts?: Explanation['facts'];
  @IsListOf(() => LineExplanationView, { max: 500 }) readonly lines!: Explanation['lines'];
  @IsListOf(() => BonusExplanationView, { max: 200, optional: true }) readonly bonuses?: Explanation['bonuses'];
  @IsListOf(() => BonusPassedOverView, { max: 200, optional: true })
  readonly bonusesPassedOver?: Explanation['bonusesPassedOver'];
  @IsNested(() => SplitView, { optional: true }) readonly split?: Explanation['split'];
  @IsListOf(() => LimitExplanationView, { max: 500 }) readonly limits!: Explanation['limits'];
  @IsNested(() => RecruitExplanationView, {
    optional: true,
    description: 'Of a recruiter: the total is a percentage of another commission, and there are no lines',
  })
  readonly recruit?: Explanation['recruit'];
  @IsMoney() readonly total!: MoneyJson;
  @IsInstant({ optional: true, description: 'When it was worked out; what it says of other orders is of then' })
  readonly calculatedAt?: Instant | undefined;
  @IsListOf(() => VestingStepView, { max: 7 }) readonly vesting!: Explanation['vesting'];
  @IsWhole({ min: 0, max: 1_000 }) readonly returnWindowDays!: number;
}

export const SINCE_LOCK =
  'Where the terms added something after the lock, or took some of it back: why it comes to `net`';

export class ExplanationView extends AmountExplanationView {
  @IsNested(() => AmountExplanationView, { optional: true, description: SINCE_LOCK })
  readonly sinceLock?: object | undefined;
  @IsIdOf('com') readonly commissionId!: string;
  @IsOneOf(Object.keys(lifecycle)) readonly state!: string;
  @IsText({ max: 50, nullable: true, description: 'Why it ended, or shrank' }) readonly endReason!: string | null;
  @IsMoney({ description: 'How much was taken back after it locked' }) readonly clawedBack!: MoneyJson;
  @IsMoney({ negative: true, description: 'How much the terms added after it locked, or took off' })
  readonly adjusted!: MoneyJson;
  @IsMoney({ negative: true, description: 'What is left of it now' }) readonly net!: MoneyJson;
  @IsListOf(() => CommissionBlockerView, {
    max: 20,
    description: 'What it waits for; none when it is paid, or never will be',
  })
  readonly blockedBy!: readonly CommissionBlockerView[];
  @IsInstant({ optional: true, description: 'If all goes well from now on' })
  readonly earliestPayableAt?: Instant | undefined;
}

/** What became of a commission since it was calculated. */
export const sinceView = (commission: Since) => ({
  state: commission.state,
  endReason: commission.endReason ?? null,
  clawedBack: commission.clawedBack.toJSON(),
  adjusted: commission.adjusted.toJSON(),
  net: leftOf(commission).toJSON(),
});

export const explanationView = ({ commission, explanation, sinceLock }: Earned, outlook: Outlook) => ({
  commissionId: commission.id,
  ...explanation,
  sinceLock,
  ...sinceView(commission),
  ...outlookView(outlook),
});
