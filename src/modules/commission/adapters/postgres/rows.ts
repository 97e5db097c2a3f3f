import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import { type Instant, plusDays } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import { type Commission, type RecruitOf, REVIEW_AFTER_DAYS } from '../../domain/life-cycle/commission.ts';
import {
  assessed,
  type Credit,
  type CreditPart,
  type Verdict,
  verdictOn,
  WHOLE,
} from '../../domain/life-cycle/credit.ts';
import type { PastStep } from '../../domain/life-cycle/history.ts';
import type { Hold } from '../../domain/life-cycle/holds.ts';
import type { Terms, TermsVersion } from '../../domain/terms/terms.ts';

/** What locks as soon as its window is over; as the index has it. */
export const LOCKABLE = `state = 'vested' and allowed and awaits_acceptance is null`;

/** Absent of commissions that earlier code wrote. */
interface LaterColumns {
  readonly share: string | null;
  readonly holds: readonly Hold[] | null;
  readonly adjusted_minor: bigint | null;
  readonly review_after_days: number | null;
  readonly reviewed_at: Instant | null;
  readonly review_at: Instant | null;
  readonly parent_id: string | null;
  readonly recruit_level: 1 | 2 | null;
  readonly recruit_percent: string | null;
  readonly awaits_acceptance: true | null;
  readonly grounds: string | null;
}

export interface CommissionRow extends LaterColumns {
  readonly id: string;
  readonly order_id: string;
  readonly order_ref: string;
  readonly program_id: string;
  readonly partner_id: string;
  readonly conversion_id: string;
  readonly generation: number;
  readonly state: Commission['state'];
  readonly held_from: Commission['heldFrom'] | null;
  readonly hold_reasons: readonly string[];
  readonly currency: string;
  readonly amount_minor: bigint;
  readonly vested_minor: bigint;
  readonly clawed_back_minor: bigint;
  readonly paid_minor: bigint;
  readonly terms_id: string;
  readonly terms_version: number;
  readonly accrued_at: Instant;
  readonly vested_at: Instant | null;
  readonly locks_at: Instant | null;
  readonly locked_at: Instant | null;
  readonly settled_at: Instant | null;
  readonly paid_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly end_reason: Commission['endReason'] | null;
  readonly allowed: boolean;
}

/** As JSON, which a whole batch travels in; bigints as text, which PostgreSQL reads as it should. */
export const toCommissionRow = (commission: Commission): Readonly<Record<keyof CommissionRow, unknown>> => ({
  id: toUuid(commission.id),
  order_id: toUuid(commission.orderId),
  order_ref: commission.orderRef,
  program_id: toUuid(commission.programId),
  partner_id: toUuid(commission.partnerId),
  conversion_id: toUuid(commission.conversionId),
  generation: commission.generation,
  state: commission.state,
  held_from: commission.heldFrom ?? null,
  hold_reasons: commission.holdReasons,
  currency: commission.amount.currency,
  amount_minor: commission.amount.minor.toString(),
  vested_minor: commission.vested.minor.toString(),
  clawed_back_minor: commission.clawedBack.minor.toString(),
  paid_minor: commission.paid.minor.toString(),
  terms_id: toUuid(commission.termsId),
  terms_version: commission.termsVersion,
  accrued_at: commission.accruedAt,
  vested_at: commission.vestedAt ?? null,
  locks_at: commission.locksAt ?? null,
  locked_at: commission.lockedAt ?? null,
  settled_at: commission.settledAt ?? null,
  paid_at: commission.paidAt ?? null,
  ended_at: commission.endedAt ?? null,
  end_reason: commission.endReason ?? null,
  allowed: commission.allowed,
  ...toLaterColumns(commission),
});

const toLaterColumns = (commission: Commission): Readonly<Record<keyof LaterColumns, unknown>> => ({
  share: commission.share,
  holds: commission.holds,
  adjusted_minor: commission.adjusted.minor.toString(),
  review_after_days: commission.reviewAfterDays,
  reviewed_at: commission.reviewedAt ?? null,
  review_at: commission.reviewAt,
  parent_id: commission.recruit === undefined ? null : toUuid(commission.recruit.parentId),
  recruit_level: commission.recruit?.level ?? null,
  recruit_percent: commission.recruit?.percent ?? null,
  awaits_acceptance: commission.awaitsAcceptance ?? null,
  grounds: commission.grounds ?? null,
});

export const toCommission = (row: CommissionRow): Commission => ({
  id: fromUuid('com', row.id),
  orderId: fromUuid('ord', row.order_id),
  orderRef: row.order_ref,
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  conversionId: fromUuid('cnv', row.conversion_id),
  generation: row.generation,
  state: row.state,
  heldFrom: row.held_from ?? undefined,
  holdReasons: row.hold_reasons,
  amount: Money.of(row.amount_minor, row.currency),
  vested: Money.of(row.vested_minor, row.currency),
  clawedBack: Money.of(row.clawed_back_minor, row.currency),
  paid: Money.of(row.paid_minor, row.currency),
  termsId: fromUuid('trm', row.terms_id),
  termsVersion: row.terms_version,
  accruedAt: row.accrued_at,
  vestedAt: row.vested_at ?? undefined,
  locksAt: row.locks_at ?? undefined,
  lockedAt: row.locked_at ?? undefined,
  settledAt: row.settled_at ?? undefined,
  paidAt: row.paid_at ?? undefined,
  endedAt: row.ended_at ?? undefined,
  endReason: row.end_reason ?? undefined,
  allowed: row.allowed,
  ...ofLaterColumns(row),
});

const ofLaterColumns = (
  row: CommissionRow,
): Pick<
  Commission,
  | 'recruit'
  | 'share'
  | 'holds'
  | 'adjusted'
  | 'reviewAfterDays'
  | 'reviewedAt'
  | 'reviewAt'
  | 'awaitsAcceptance'
  | 'grounds'
> => ({
  recruit: toRecruit(row),
  share: row.share ?? WHOLE,
  holds: row.holds ?? [],
  adjusted: Money.of(row.adjusted_minor ?? 0n, row.currency),
  reviewAfterDays: row.review_after_days ?? REVIEW_AFTER_DAYS,
  reviewedAt: row.reviewed_at ?? undefined,
  reviewAt: row.review_at ?? plusDays(row.accrued_at, REVIEW_AFTER_DAYS),
  awaitsAcceptance: row.awaits_acceptance ?? undefined,
  grounds: row.grounds ?? undefined,
});

export const toRecruit = ({
  parent_id,
  recruit_level,
  recruit_percent,
}: Pick<CommissionRow, 'parent_id' | 'recruit_level' | 'recruit_percent'>): RecruitOf | undefined =>
  parent_id === null || recruit_level === null || recruit_percent === null
    ? undefined
    : { parentId: fromUuid('com', parent_id), level: recruit_level, percent: recruit_percent };

export interface CreditRow {
  readonly order_id: string;
  readonly program_id: string;
  readonly conversion_id: string;
  readonly partner_id: string | null;
  readonly decided_at: Instant;
  readonly decision: bigint;
  readonly verdict: Verdict | null;
  /** Of which decision, for code that knows only one partner may have written a later one. */
  readonly credits: { readonly decision: number; readonly parts: readonly CreditPart[] } | null;
  readonly verdicts: readonly Verdict[] | null;
}

/** One partner and one verdict beside all of them: what code that knows no more of a credit reads. */
export const toCreditRow = (credit: Credit): Readonly<Record<keyof CreditRow, unknown>> => {
  const [first] = credit.credits;
  return {
    order_id: toUuid(credit.orderId),
    program_id: toUuid(credit.programId),
    conversion_id: toUuid(credit.conversionId),
    partner_id: first === undefined ? null : toUuid(first.partnerId),
    decided_at: credit.decidedAt,
    decision: credit.decision,
    verdict: (first && verdictOn(credit, first.partnerId)) ?? credit.verdicts.at(-1) ?? null,
    credits: { decision: credit.decision, parts: credit.credits },
    verdicts: credit.verdicts,
  };
};

export const toCredit = (row: CreditRow): Credit => {
  const decision = Number(row.decision);
  const credit: Credit = {
    orderId: fromUuid('ord', row.order_id),
    programId: fromUuid('prg', row.program_id),
    conversionId: fromUuid('cnv', row.conversion_id),
    credits: row.credits?.decision === decision ? row.credits.parts : wholeOf(row),
    decidedAt: row.decided_at,
    decision,
    verdicts: row.verdicts ?? [],
  };
  return row.verdict === null ? credit : assessed(credit, row.verdict);
};

const wholeOf = ({ partner_id }: CreditRow): readonly CreditPart[] =>
  partner_id === null ? [] : [{ partnerId: fromUuid('par', partner_id), share: WHOLE }];

export interface StepRow {
  readonly commission_id: string;
  readonly kind: PastStep['kind'];
  readonly at: Instant;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly by_minor: bigint | null;
  readonly reasons: readonly string[];
  readonly adjustment_id: string | null;
  readonly payout_id: string | null;
  readonly actor: string | null;
  readonly note: string | null;
}

export const toStepRow = (step: PastStep): Readonly<Record<keyof StepRow, unknown>> => ({
  commission_id: toUuid(step.commissionId),
  kind: step.kind,
  at: step.at,
  amount_minor: step.amount.minor.toString(),
  currency: step.amount.currency,
  by_minor: step.by?.minor.toString() ?? null,
  reasons: step.reasons,
  adjustment_id: step.adjustmentId === undefined ? null : toUuid(step.adjustmentId),
  payout_id: step.payoutId === undefined ? null : toUuid(step.payoutId),
  actor: step.actor ?? null,
  note: step.note ?? null,
});

export const toPastStep = (row: StepRow): PastStep => ({
  commissionId: fromUuid('com', row.commission_id),
  kind: row.kind,
  at: row.at,
  amount: Money.of(row.amount_minor, row.currency),
  by: row.by_minor === null ? undefined : Money.of(row.by_minor, row.currency),
  reasons: row.reasons,
  adjustmentId: row.adjustment_id === null ? undefined : fromUuid('adj', row.adjustment_id),
  payoutId: row.payout_id === null ? undefined : fromUuid('pay', row.payout_id),
  actor: row.actor ?? undefined,
  note: row.note ?? undefined,
});

export interface TermsRow {
  readonly id: string;
  readonly program_id: string;
  readonly version: number;
  readonly terms: Terms;
  readonly hash: string;
  readonly effective_from: Instant;
  readonly published_at: Instant;
}

export const toTermsVersion = (row: TermsRow): TermsVersion => ({
  termsId: fromUuid('trm', row.id),
  programId: fromUuid('prg', row.program_id),
  version: row.version,
  terms: row.terms,
  hash: row.hash,
  effectiveFrom: row.effective_from,
  publishedAt: row.published_at,
});
