import { IsIdOf, IsInstant, IsListOf, IsMoney, IsNested, IsOneOf, IsText, IsWhole } from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import { lifecycle } from '../../domain/life-cycle/life-cycle.ts';
import { type Answer, ANSWERS, type Seen } from '../../domain/explaining/why.ts';
import { AmountExplanationView, SINCE_LOCK, sinceView } from './explanation-views.ts';

class WhyPartView {
  @IsIdOf('par') readonly partnerId!: string;
  @IsText({ max: 60, description: 'Of the order, as a fraction' }) readonly share!: string;
}

class WhyTouchView {
  @IsOneOf(['partner', 'another_partner', 'nobody'], {
    description: "another_partner: another partner's touch, shown to a partner without its id and share",
  })
  readonly whose!: string;
  @IsIdOf('par', { nullable: true }) readonly partnerId!: string | null;
  @IsText({ max: 20 }) readonly kind!: string;
  @IsInstant() readonly occurredAt!: Instant;
  @IsText({ max: 50, description: '`won`, or what it lost by' }) readonly fate!: string;
  @IsText({ max: 60, nullable: true }) readonly share!: string | null;
}

class WhyCreditView {
  @IsInstant() readonly decidedAt!: Instant;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly policyVersion!: number;
  @IsText({ max: 100, nullable: true, description: 'Why nobody is credited' }) readonly reason!: string | null;
  @IsListOf(() => WhyPartView, { max: 1_000 }) readonly partners!: readonly WhyPartView[];
  @IsListOf(() => WhyTouchView, { max: 10_000, description: 'Every touch that was considered, oldest first' })
  readonly touches!: readonly WhyTouchView[];
}

class WhyCommissionView {
  @IsIdOf('com') readonly commissionId!: string;
  @IsIdOf('par') readonly partnerId!: string;
  @IsMoney() readonly amount!: MoneyJson;
  @IsOneOf(Object.keys(lifecycle)) readonly state!: string;
  @IsText({ max: 50, nullable: true, description: 'Why it ended, or shrank' }) readonly endReason!: string | null;
  @IsMoney({ description: 'How much was taken back after it locked' }) readonly clawedBack!: MoneyJson;
  @IsMoney({ negative: true, description: 'How much the terms added after it locked, or took off' })
  readonly adjusted!: MoneyJson;
  @IsMoney({ negative: true, description: 'What is left of it now' }) readonly net!: MoneyJson;
  @IsNested(() => AmountExplanationView, { nullable: true }) readonly explanation!: object | null;
  @IsNested(() => AmountExplanationView, { optional: true, description: SINCE_LOCK })
  readonly sinceLock?: object | undefined;
}

class WhyUncalculatedView {
  @IsText({ max: 100, description: 'docs/errors.md says what to do' }) readonly code!: string;
  @IsText({ max: 10_000, nullable: true, description: 'For staff' }) readonly detail!: string | null;
  @IsInstant() readonly since!: Instant;
}

export class WhyView {
  @IsIdOf('ord') readonly orderId!: string;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsInstant() readonly placedAt!: Instant;
  @IsText({ max: 50 }) readonly state!: string;
  @IsOneOf(ANSWERS) readonly answer!: Answer;
  @IsNested(() => WhyCreditView, { nullable: true, description: 'Null: not decided yet' })
  readonly credit!: WhyCreditView | null;
  @IsNested(() => WhyUncalculatedView, { nullable: true, description: 'Why nobody can calculate it as it is' })
  readonly uncalculated!: WhyUncalculatedView | null;
  @IsListOf(() => WhyCommissionView, { max: 1_000 }) readonly commissions!: readonly WhyCommissionView[];
}

export const whyView = ({ order, answer, credit, uncalculated, commissions }: Seen) => ({
  orderId: order.orderId,
  orderRef: order.orderRef,
  programId: order.programId,
  placedAt: order.placedAt,
  state: order.state,
  answer,
  credit: credit ?? null,
  uncalculated: uncalculated ?? null,
  commissions: commissions.map(({ commission, explanation = null, sinceLock }) => ({
    commissionId: commission.id,
    partnerId: commission.partnerId,
    amount: commission.amount.toJSON(),
    ...sinceView(commission),
    explanation,
    sinceLock,
  })),
});
