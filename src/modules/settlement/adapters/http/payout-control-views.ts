import {
  IsDecimal,
  IsFlag,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsMoney,
  IsMonth,
  IsNested,
  IsOneOf,
  IsText,
  IsTextList,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { ApprovedBatch } from '../../application/payouts/decide-batch.ts';
import type { PartnerBalance } from '../../application/payouts/show-balance.ts';
import type { Approval } from '../../domain/payouts/approval.ts';
import { type Freeze, freezeLifecycle } from '../../domain/payouts/freeze.ts';
import { RESERVE_KINDS, SCHEDULES, type StoredPolicy } from '../../domain/payouts/payout-policy.ts';
import { proposalLifecycle } from '../../domain/proposals/proposal.ts';
import type { SettingChange } from '../../domain/settings/change.ts';
import { type Waiver, WAIVER_KINDS } from '../../domain/payouts/waiver.ts';
import type { BlockedPayout, StatedReason } from '../../ports/payout-control-reader.ts';
import type { PayoutRequest } from '../../ports/payout-control.ts';
import { batchView, PayoutBatchView } from './payout-views.ts';
import { SettingChangeView, settingChangeView } from './setting-change-views.ts';

const MAX_DAYS = 3_650;

class ReserveTermsView {
  @IsOneOf(RESERVE_KINDS) readonly kind!: (typeof RESERVE_KINDS)[number];
  @IsDecimal({ optional: true, description: 'rolling: how much of each earning, in percent' })
  readonly percent?: string;
  @IsWhole({ min: 1, max: MAX_DAYS, optional: true, description: 'rolling: for how many days' })
  readonly days?: number;
  @IsMoney({ optional: true, description: 'floor: how much is kept back' }) readonly amount?: MoneyJson;
}

/** What is left out is as the program says, and where it says nothing, as usual. */
export class PayoutPolicyTerms {
  @IsMoney({ optional: true, description: 'Balances below it wait' }) readonly minimum?: MoneyJson;
  @IsOneOf(SCHEDULES, { optional: true, description: 'The closes that pay; usually every_close' })
  readonly schedule?: (typeof SCHEDULES)[number];
  @IsNested(() => ReserveTermsView, { optional: true }) readonly reserve?: ReserveTermsView;
  @IsWhole({ min: 0, max: MAX_DAYS, optional: true, description: 'Below zero for so long, it is owed; usually 90' })
  readonly receivableAfterDays?: number;
  @IsWhole({ min: 0, max: MAX_DAYS, optional: true, description: 'Owed for so long, it may be given up; usually 180' })
  readonly writeOffAfterDays?: number;
  @IsWhole({
    min: 0,
    max: MAX_DAYS,
    optional: true,
    description: 'By contract: terminated for so long, what is left may be kept. Left out: never',
  })
  readonly forfeitAfterDays?: number;
  @IsWhole({ min: 0, max: 8_760, optional: true, description: 'Nothing is paid to an account so new; usually 0' })
  readonly coolOffHours?: number;
  @IsFlag({ optional: true, description: 'Whether an open fraud case stops all payouts of its partner; usually true' })
  readonly holdOnFraud?: boolean;
  @IsMoney({ optional: true, description: 'Of a program: what one approver may approve of a close; usually anything' })
  readonly oneApproverUpTo?: MoneyJson;
  @IsMoney({ optional: true, description: 'Of a program: above it, one approver holds payouts:approve_large' })
  readonly seniorAbove?: MoneyJson;
}

export class PayoutPolicyView extends PayoutPolicyTerms {
  @IsIdOf('prg') readonly programId!: string;
  @IsIdOf('par', { optional: true, description: 'Absent: of the program' }) readonly partnerId?: string;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly version!: number;
  @IsText({ max: 300 }) readonly setBy!: string;
  @IsInstant() readonly setAt!: Instant;
  @IsNested(() => SettingChangeView, { optional: true, description: 'What waits for a second person' })
  readonly pending?: SettingChangeView;
}

export const policyView = (
  { terms, programId, partnerId, version, setBy, setAt }: StoredPolicy,
  pending?: SettingChange,
): PayoutPolicyView =>
  ({
    ...terms,
    programId,
    partnerId,
    version,
    setBy,
    setAt,
    ...(pending && { pending: settingChangeView(pending) }),
  }) as PayoutPolicyView;

export class PayoutReasonView {
  @IsText({ max: 100 }) readonly code!: string;
  @IsText({ max: 500 }) readonly detail!: string;
  @IsInstant({ optional: true, description: 'It stands until then, at least' }) readonly until?: Instant;
  @IsText({ max: 200, optional: true, description: 'What has to happen' }) readonly when?: string;
}

export const reasonView = ({ code, detail, until, when }: StatedReason): PayoutReasonView =>
  ({ code, detail, until, when }) as PayoutReasonView;

class ReserveSliceView {
  @IsIdOf('rsv') readonly id!: string;
  @IsText({ max: 40, description: 'The commission or adjustment it is a part of' }) readonly about!: string;
  @IsMoney({ description: 'What is left of it' }) readonly amount!: MoneyJson;
  @IsInstant({ optional: true, description: 'Absent: part of a floor' }) readonly releaseAt?: Instant;
}

export class PartnerBalanceView {
  @IsIdOf('prg') readonly programId!: string;
  @IsIdOf('par') readonly partnerId!: string;
  @IsMoney({ description: 'Earned, and not locked yet' }) readonly pending!: MoneyJson;
  @IsMoney({ negative: true }) readonly available!: MoneyJson;
  @IsMoney({ description: 'Of the available balance: in payouts that are decided and not sent' })
  readonly inPayouts!: MoneyJson;
  @IsMoney({ description: 'Disputed' }) readonly held!: MoneyJson;
  @IsMoney() readonly reserve!: MoneyJson;
  @IsListOf(() => ReserveSliceView, { max: 1_000_000, description: 'What the reserve is made of' })
  readonly slices!: readonly ReserveSliceView[];
  @IsMoney({ description: 'Owed; taken from what is earned next' }) readonly receivable!: MoneyJson;
  @IsInstant({ optional: true, description: 'Since when the balance is below zero' }) readonly negativeSince?: Instant;
  @IsInstant({ optional: true, description: 'When that becomes a receivable' }) readonly receivableAt?: Instant;
  @IsOneOf(SCHEDULES) readonly schedule!: string;
  @IsMoney() readonly minimum!: MoneyJson;
  @IsListOf(() => PayoutReasonView, { max: 50, description: 'What would stand against a payout now' })
  readonly blocks!: readonly PayoutReasonView[];
  @IsInstant({ description: 'The end of the next period whose close pays' }) readonly nextPayoutAt!: Instant;
}

export const balanceView = (balance: PartnerBalance): PartnerBalanceView => {
  const money = (minor: bigint): MoneyJson => Money.of(minor, balance.currency).toJSON();
  const { slices, negative } = balance.securities;
  return {
    programId: balance.programId,
    partnerId: balance.partnerId,
    pending: money(balance.pending),
    available: money(balance.available),
    inPayouts: money(balance.unsent),
    held: money(balance.held),
    reserve: money(balance.reserve),
    slices: slices.map(({ id, about, left, releaseAt }) => ({ id, about, amount: money(left), releaseAt })),
    receivable: money(balance.receivable),
    negativeSince: negative?.since,
    receivableAt: negative?.dueAt,
    schedule: balance.policy.schedule,
    minimum: money(balance.policy.minimum),
    blocks: balance.blocks.map(reasonView),
    nextPayoutAt: balance.nextPayoutAt,
  } as PartnerBalanceView;
};

export class BlockedPayoutView {
  @IsIdOf('prg') readonly programId!: string;
  @IsIdOf('par') readonly partnerId!: string;
  @IsMonth({ description: 'The last period that was closed' }) readonly period!: string;
  @IsMoney({ description: 'What could have been paid' }) readonly payable!: MoneyJson;
  @IsIdOf('pay', { optional: true, description: 'What was decided, and cancelled since' }) readonly payoutId?: string;
  @IsListOf(() => PayoutReasonView, { max: 50 }) readonly reasons!: readonly PayoutReasonView[];
}

export const blockedView = ({ payable, reasons, ...found }: BlockedPayout): BlockedPayoutView =>
  ({ ...found, payable: payable.toJSON(), reasons: reasons.map(reasonView) }) as BlockedPayoutView;

export class PayoutRequestView {
  @IsIdOf('prq') readonly id!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsIdOf('par') readonly partnerId!: string;
  @IsInstant() readonly requestedAt!: Instant;
}

export const requestView = ({ id, programId, partnerId, requestedAt }: PayoutRequest): PayoutRequestView => ({
  id,
  programId,
  partnerId,
  requestedAt,
});

export class PayoutFreezeView {
  @IsIdOf('frz') readonly id!: string;
  @IsIdOf('prg', { optional: true, description: 'Absent: the whole house' }) readonly programId?: string;
  @IsOneOf(Object.keys(freezeLifecycle)) readonly state!: string;
  @IsText({ max: 500 }) readonly reason!: string;
  @IsText({ max: 300 }) readonly frozenBy!: string;
  @IsInstant() readonly frozenAt!: Instant;
  @IsText({ max: 300, optional: true }) readonly liftAskedBy?: string;
  @IsInstant({ optional: true }) readonly liftAskedAt?: Instant;
  @IsText({ max: 500, optional: true }) readonly liftReason?: string;
  @IsText({ max: 300, optional: true }) readonly liftedBy?: string;
  @IsInstant({ optional: true }) readonly liftedAt?: Instant;
}

export const freezeView = (freeze: Freeze): PayoutFreezeView => ({ ...freeze }) as PayoutFreezeView;

export class BalanceWaiverView {
  @IsIdOf('wvr') readonly id!: string;
  @IsOneOf(WAIVER_KINDS) readonly kind!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsIdOf('par') readonly partnerId!: string;
  @IsMoney() readonly amount!: MoneyJson;
  @IsText({ max: 500 }) readonly reason!: string;
  @IsOneOf(Object.keys(proposalLifecycle)) readonly state!: string;
  @IsText({ max: 300 }) readonly askedBy!: string;
  @IsInstant() readonly askedAt!: Instant;
  @IsText({ max: 300, optional: true }) readonly decidedBy?: string;
  @IsInstant({ optional: true }) readonly decidedAt?: Instant;
}

export const waiverView = ({ amount, ...waiver }: Waiver): BalanceWaiverView =>
  ({ ...waiver, amount: amount.toJSON() }) as BalanceWaiverView;

class PayoutApprovalView {
  @IsText({ max: 300 }) readonly by!: string;
  @IsInstant() readonly at!: Instant;
  @IsFlag({ description: 'Whether the token held payouts:approve_large' }) readonly isSenior!: boolean;
}

export class PayoutApprovalsView {
  @IsListOf(() => PayoutApprovalView, { max: 100 }) readonly approvals!: readonly PayoutApprovalView[];
}

export const approvalsView = (approvals: readonly Approval[]): PayoutApprovalsView => ({ approvals });

export class ApprovedPayoutBatchView extends PayoutBatchView {
  @IsListOf(() => PayoutApprovalView, { max: 100 }) readonly approvals!: readonly PayoutApprovalView[];
  @IsTextList({ max: 10, description: 'What it takes before the batch may be sent' })
  readonly missing!: readonly string[];
}

export const approvedBatchView = ({ batch, approvals, missing }: ApprovedBatch): ApprovedPayoutBatchView =>
  Object.assign(batchView(batch), { approvals, missing });
