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
import { type Dispute, type DisputeEntry, outstandingOf, type Resolution } from '../../domain/disputes/dispute.ts';
import { disputeLifecycle, isOpen } from '../../domain/disputes/dispute-life-cycle.ts';
import { DISPUTE_KINDS, DISPUTE_OUTCOMES, type DisputeReason } from '../../domain/disputes/reasons.ts';
import type { DetailedDispute, KeptSnapshot } from '../../ports/disputes.ts';

export const DISPUTE_STATES = Object.keys(disputeLifecycle);

export class DisputeView {
  @IsIdOf('dsp') readonly id!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsIdOf('par') readonly partnerId!: string;
  @IsOneOf(DISPUTE_KINDS) readonly kind!: string;
  @IsIdOf('ord', { optional: true }) readonly orderId?: string;
  @IsText({ max: 200, optional: true }) readonly orderRef?: string;
  @IsIdOf('com', { optional: true }) readonly commissionId?: string;
  @IsIdOf('stm', { optional: true, description: 'It, or the one that shows what it is about' })
  readonly statementId?: string;
  @IsIdOf('pay', { optional: true }) readonly payoutId?: string;
  @IsMoney() readonly claimed!: MoneyJson;
  @IsMoney({ description: 'By all its resolutions' }) readonly granted!: MoneyJson;
  @IsMoney({ description: 'What stands in the ledger for it now' }) readonly reserved!: MoneyJson;
  @IsOneOf(DISPUTE_STATES) readonly state!: string;
  @IsWhole({ min: 1, max: 2, description: '2 after an appeal' }) readonly round!: number;
  @IsOneOf(['partner', 'program'], { optional: true, description: 'Who has to answer; absent once it is decided' })
  readonly awaits?: string;
  @IsInstant({ optional: true, description: 'By when; after that time decides, for the other side' })
  readonly dueAt?: Instant;
  @IsInstant({ optional: true, description: 'Until when the partner may appeal' }) readonly appealUntil?: Instant;
  @IsInstant() readonly openedAt!: Instant;
  @IsInstant({ optional: true }) readonly closedAt?: Instant;
}

const disputeFields = (dispute: Dispute) => ({
  id: dispute.id,
  programId: dispute.programId,
  partnerId: dispute.partnerId,
  kind: dispute.kind,
  ...dispute.about,
  statementId: dispute.statementId,
  claimed: dispute.claimed.toJSON(),
  granted: dispute.granted.toJSON(),
  reserved: dispute.reserved.toJSON(),
  state: dispute.state,
  round: dispute.round,
  awaits: awaitedBy(dispute),
  dueAt: dispute.dueAt,
  appealUntil: dispute.appealUntil,
  openedAt: dispute.openedAt,
  closedAt: dispute.closedAt,
});

const awaitedBy = ({ state }: Dispute): string | undefined => {
  if (!isOpen(state)) return undefined;
  return state === 'evidence_requested' ? 'partner' : 'program';
};

export const disputeView = (dispute: Dispute): DisputeView => disputeFields(dispute) as DisputeView;

class DisputeEntryView {
  @IsWhole({ min: 1, max: 1_000 }) readonly n!: number;
  @IsText({ max: 50 }) readonly what!: string;
  @IsOneOf(['partner', 'staff', 'system'], { description: 'system: a rule, or a deadline' }) readonly side!: string;
  @IsText({ max: 200, optional: true, description: 'For staff' }) readonly by?: string;
  @IsInstant() readonly at!: Instant;
  @IsText({ max: 5_000, optional: true }) readonly text?: string;
}

class DisputeResolutionView {
  @IsWhole({ min: 1, max: 2 }) readonly round!: number;
  @IsOneOf(DISPUTE_OUTCOMES) readonly outcome!: string;
  @IsText({ max: 50, description: 'A code of `GET /v1/disputes/reasons`' }) readonly reason!: string;
  @IsMoney() readonly granted!: MoneyJson;
  @IsText({ max: 5_000 }) readonly text!: string;
  @IsText({ max: 50, optional: true, description: 'No person decided it: which rule did' }) readonly rule?: string;
  @IsBag({ optional: true, description: 'By which facts the rule decided' }) readonly facts?: object;
  @IsText({ max: 200, optional: true, description: 'For staff' }) readonly by?: string;
  @IsText({ max: 200, optional: true, description: 'For staff' }) readonly approvedBy?: string;
  @IsInstant() readonly resolvedAt!: Instant;
  @IsIdOf('adj', { optional: true, description: 'The entry that pays it' }) readonly adjustmentId?: string;
  @IsInstant({ optional: true, description: 'When it was made' }) readonly adjustedAt?: Instant;
}

class DisputeProposalView {
  @IsOneOf(DISPUTE_OUTCOMES) readonly outcome!: string;
  @IsText({ max: 50 }) readonly reason!: string;
  @IsMoney() readonly granted!: MoneyJson;
  @IsText({ max: 5_000 }) readonly text!: string;
  @IsText({ max: 200 }) readonly by!: string;
  @IsInstant() readonly at!: Instant;
}

class DisputeEvidenceView {
  @IsWhole({ min: 1, max: 2, description: 'As it was when it was opened, and when it was appealed' })
  readonly round!: number;
  @IsInstant() readonly takenAt!: Instant;
  @IsText({ max: 64, description: 'SHA-256 of the canonical JSON of all of it, also of what is for staff alone' })
  readonly digest!: string;
  @IsBag({ description: 'Decision, explanation, order, payout, statement lines: what you may see of them' })
  readonly evidence!: object;
}

export class DisputeDetailView extends DisputeView {
  @IsTextList({ max: 20, description: 'What you can do with it now' }) readonly actions!: readonly string[];
  @IsListOf(() => DisputeEntryView, { max: 1_000 }) readonly history!: readonly DisputeEntryView[];
  @IsListOf(() => DisputeResolutionView, { max: 2 }) readonly resolutions!: readonly DisputeResolutionView[];
  @IsListOf(() => DisputeEvidenceView, { max: 2 }) readonly snapshots!: readonly DisputeEvidenceView[];
  @IsNested(() => DisputeProposalView, { optional: true, description: 'For staff: what waits for a second person' })
  readonly proposal?: DisputeProposalView;
}

export const disputeDetailView = (
  { dispute, entries, resolutions, snapshots }: DetailedDispute,
  forStaff: boolean,
): DisputeDetailView =>
  ({
    ...disputeFields(dispute),
    actions: actionsOf(dispute, forStaff),
    history: entries.map((entry) => entryView(entry, forStaff)),
    resolutions: resolutions.map((resolution) => resolutionView(resolution, forStaff)),
    snapshots: snapshots.map((snapshot) => evidenceView(snapshot, forStaff)),
    ...(forStaff && dispute.proposal && { proposal: proposalView(dispute.proposal) }),
  }) as DisputeDetailView;

/** Of the addresses under `/v1/disputes/{disputeId}`. */
const actionsOf = (dispute: Dispute, forStaff: boolean): readonly string[] => {
  const { state, appealUntil } = dispute;
  if (!isOpen(state)) return appealUntil === undefined || outstandingOf(dispute).isZero ? [] : ['appeal'];
  const both = ['evidence', 'withdraw'];
  if (!forStaff) return both;
  if (state === 'awaiting_approval') return [...both, 'approve', 'send-back'];
  if (state === 'evidence_requested') return [...both, 'resolve'];
  return [...both, ...(state === 'opened' ? ['review'] : []), 'request-evidence', 'resolve'];
};

const entryView = ({ n, what, side, by, at, text }: DisputeEntry, forStaff: boolean) => ({
  ...{ n, what, side, at, text },
  ...(forStaff && { by }),
});

const resolutionView = (resolution: Resolution, forStaff: boolean) => {
  const { round, outcome, reason, granted, text, rule, facts, by, approvedBy, at, adjustmentId, adjustedAt } =
    resolution;
  return {
    ...{
      round,
      outcome,
      reason,
      granted: granted.toJSON(),
      text,
      rule,
      facts,
      resolvedAt: at,
      adjustmentId,
      adjustedAt,
    },
    ...(forStaff && { by, approvedBy }),
  };
};

const proposalView = ({ outcome, reason, granted, text, by, at }: NonNullable<Dispute['proposal']>) => ({
  ...{ outcome, reason, granted: granted.toJSON(), text, by, at },
});

const evidenceView = ({ round, takenAt, digest, everything, shown }: KeptSnapshot, forStaff: boolean) => ({
  ...{ round, takenAt, digest, evidence: forStaff ? everything : shown },
});

class DisputeReasonView {
  @IsText({ max: 50 }) readonly code!: string;
  @IsOneOf(['partner', 'program'], { description: 'partner: of what is upheld; program: of what is rejected' })
  readonly favours!: string;
  @IsTextList({ max: 10, description: 'Of which disputes' }) readonly kinds!: readonly string[];
  @IsFlag({ description: 'Nobody chooses it: a rule or a deadline does' }) readonly automatic!: boolean;
  @IsText({ max: 500 }) readonly meaning!: string;
}

export class DisputeReasonsView {
  @IsListOf(() => DisputeReasonView, { max: 100 }) readonly data!: readonly DisputeReasonView[];
}

export const reasonsView = (reasons: readonly DisputeReason[]): DisputeReasonsView => ({
  data: reasons.map(({ code, favours, kinds = DISPUTE_KINDS, automatic = false, meaning }) => ({
    ...{ code, favours, kinds, automatic, meaning },
  })),
});
