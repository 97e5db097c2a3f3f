import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { Commission } from '../../domain/commission.ts';
import { assessed, type Credit, type CreditPart, type Verdict, verdictOn, WHOLE } from '../../domain/credit.ts';
import type { Terms, TermsVersion } from '../../domain/terms.ts';

export interface CommissionRow {
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
});

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
