/** How rows of disputes become what the domain speaks of, and back. */
import { fromUuid, type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../../shared/money.ts';
import type { Dispute, DisputeEntry, Hand, Proposal, Resolution } from '../../../domain/disputes/dispute.ts';
import type { DisputeState } from '../../../domain/disputes/dispute-life-cycle.ts';
import type { DisputeTerms, ProgramDisputeTerms } from '../../../domain/disputes/dispute-terms.ts';
import type { DisputeKind, DisputeOutcome } from '../../../domain/disputes/reasons.ts';
import type { DueAdjustment, KeptSnapshot } from '../../../ports/disputes.ts';

type KeptProposal = Omit<Proposal, 'granted'> & { readonly granted: MoneyJson };

export interface DisputeRow {
  readonly id: string;
  readonly subject: string;
  readonly program_id: string;
  readonly partner_id: string;
  readonly kind: DisputeKind;
  readonly order_id: string | null;
  readonly order_ref: string | null;
  readonly commission_id: string | null;
  readonly statement_of_it: string | null;
  readonly payout_id: string | null;
  readonly thing: string;
  readonly statement_id: string | null;
  readonly currency: string;
  readonly claimed_minor: bigint;
  readonly granted_minor: bigint;
  readonly reserved_minor: bigint;
  readonly terms: DisputeTerms;
  readonly state: DisputeState;
  readonly round: number;
  readonly requests: number;
  readonly opened_by: string;
  readonly opened_at: Instant;
  readonly due_at: Instant | null;
  readonly left_ms: bigint | null;
  readonly proposal: KeptProposal | null;
  readonly appeal_until: Instant | null;
  readonly closed_at: Instant | null;
  readonly entries: number;
}

const idOrNone = <Prefix extends string>(prefix: Prefix, uuid: string | null): Id<Prefix> | undefined =>
  uuid === null ? undefined : fromUuid(prefix, uuid);

const uuidOrNull = (id: Id<string> | undefined): string | null => (id === undefined ? null : toUuid(id));

export const toAbout = (
  row: Pick<DisputeRow, 'order_id' | 'order_ref' | 'commission_id' | 'statement_of_it' | 'payout_id'>,
): Dispute['about'] => ({
  orderId: idOrNone('ord', row.order_id),
  orderRef: row.order_ref ?? undefined,
  commissionId: idOrNone('com', row.commission_id),
  statementId: idOrNone('stm', row.statement_of_it),
  payoutId: idOrNone('pay', row.payout_id),
});

export const toDispute = (row: DisputeRow): Dispute => ({
  id: fromUuid('dsp', row.id),
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  kind: row.kind,
  about: toAbout(row),
  thing: row.thing,
  statementId: idOrNone('stm', row.statement_id),
  claimed: Money.of(row.claimed_minor, row.currency),
  granted: Money.of(row.granted_minor, row.currency),
  reserved: Money.of(row.reserved_minor, row.currency),
  terms: row.terms,
  state: row.state,
  round: row.round,
  requests: row.requests,
  openedBy: row.opened_by,
  openedAt: row.opened_at,
  dueAt: row.due_at ?? undefined,
  leftMs: row.left_ms === null ? undefined : Number(row.left_ms),
  proposal: row.proposal === null ? undefined : { ...row.proposal, granted: Money.fromJson(row.proposal.granted) },
  appealUntil: row.appeal_until ?? undefined,
  closedAt: row.closed_at ?? undefined,
  entries: row.entries,
});

/** As JSON: amounts are texts. */
export const fromDispute = (dispute: Dispute): Readonly<Record<keyof DisputeRow, unknown>> => ({
  id: toUuid(dispute.id),
  subject: dispute.id,
  program_id: toUuid(dispute.programId),
  partner_id: toUuid(dispute.partnerId),
  kind: dispute.kind,
  order_id: uuidOrNull(dispute.about.orderId),
  order_ref: dispute.about.orderRef ?? null,
  commission_id: uuidOrNull(dispute.about.commissionId),
  statement_of_it: uuidOrNull(dispute.about.statementId),
  payout_id: uuidOrNull(dispute.about.payoutId),
  thing: dispute.thing,
  statement_id: uuidOrNull(dispute.statementId),
  currency: dispute.claimed.currency,
  claimed_minor: dispute.claimed.minor.toString(),
  granted_minor: dispute.granted.minor.toString(),
  reserved_minor: dispute.reserved.minor.toString(),
  terms: dispute.terms,
  state: dispute.state,
  round: dispute.round,
  requests: dispute.requests,
  opened_by: dispute.openedBy,
  opened_at: dispute.openedAt,
  due_at: dispute.dueAt ?? null,
  left_ms: dispute.leftMs ?? null,
  proposal: dispute.proposal === undefined ? null : { ...dispute.proposal, granted: dispute.proposal.granted.toJSON() },
  appeal_until: dispute.appealUntil ?? null,
  closed_at: dispute.closedAt ?? null,
  entries: dispute.entries,
});

export interface EntryRow {
  readonly dispute_id: string;
  readonly n: number;
  readonly what: string;
  readonly side: Hand['side'];
  readonly said_by: string;
  readonly at: Instant;
  readonly said: string | null;
}

export const toEntry = (row: EntryRow): DisputeEntry => ({
  disputeId: fromUuid('dsp', row.dispute_id),
  n: row.n,
  what: row.what,
  side: row.side,
  by: row.said_by,
  at: row.at,
  text: row.said ?? undefined,
});

export interface ResolutionRow {
  readonly dispute_id: string;
  readonly round: number;
  readonly outcome: DisputeOutcome;
  readonly reason: string;
  readonly granted_minor: bigint;
  readonly currency: string;
  readonly said: string;
  readonly rule: string | null;
  readonly facts: Readonly<Record<string, string>> | null;
  readonly resolved_by: string;
  readonly approved_by: string | null;
  readonly resolved_at: Instant;
  readonly adjustment_id: string | null;
  readonly adjusted_at: Instant | null;
}

export const toResolution = (row: ResolutionRow): Resolution => ({
  disputeId: fromUuid('dsp', row.dispute_id),
  round: row.round,
  outcome: row.outcome,
  reason: row.reason,
  granted: Money.of(row.granted_minor, row.currency),
  text: row.said,
  rule: row.rule ?? undefined,
  facts: row.facts ?? undefined,
  by: row.resolved_by,
  approvedBy: row.approved_by ?? undefined,
  at: row.resolved_at,
  adjustmentId: idOrNone('adj', row.adjustment_id),
  adjustedAt: row.adjusted_at ?? undefined,
});

export const fromResolution = (resolution: Resolution): Readonly<Record<keyof ResolutionRow, unknown>> => ({
  dispute_id: toUuid(resolution.disputeId),
  round: resolution.round,
  outcome: resolution.outcome,
  reason: resolution.reason,
  granted_minor: resolution.granted.minor.toString(),
  currency: resolution.granted.currency,
  said: resolution.text,
  rule: resolution.rule ?? null,
  facts: resolution.facts ?? null,
  resolved_by: resolution.by,
  approved_by: resolution.approvedBy ?? null,
  resolved_at: resolution.at,
  adjustment_id: uuidOrNull(resolution.adjustmentId),
  adjusted_at: resolution.adjustedAt ?? null,
});

export type DueRow = ResolutionRow &
  Pick<
    DisputeRow,
    'program_id' | 'partner_id' | 'kind' | 'order_id' | 'order_ref' | 'commission_id' | 'statement_of_it' | 'payout_id'
  >;

export const toDue = (row: DueRow): DueAdjustment => ({
  ...toResolution(row),
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  kind: row.kind,
  about: toAbout(row),
});

export interface SnapshotRow {
  readonly dispute_id: string;
  readonly round: number;
  readonly taken_at: Instant;
  readonly everything: object;
  readonly shown: object;
  readonly digest: Buffer;
}

export const toSnapshot = (row: SnapshotRow): KeptSnapshot => ({
  disputeId: fromUuid('dsp', row.dispute_id),
  round: row.round,
  takenAt: row.taken_at,
  everything: row.everything,
  shown: row.shown,
  digest: row.digest.toString('hex'),
});

export interface TermsRow {
  readonly program_id: string;
  readonly window_days: number;
  readonly review_days: number;
  readonly evidence_days: number;
  readonly appeal_days: number;
  readonly most_minor: bigint;
  readonly currency: string;
  readonly version: number;
}

export const toDisputeTerms = (row: TermsRow): ProgramDisputeTerms => ({
  programId: fromUuid('prg', row.program_id),
  windowDays: row.window_days,
  reviewDays: row.review_days,
  evidenceDays: row.evidence_days,
  appealDays: row.appeal_days,
  mostClaimed: Money.of(row.most_minor, row.currency),
  version: row.version,
});
