import { fromUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Claim, ClaimState } from '../../domain/deciding/claim.ts';

export interface ClaimRow {
  readonly id: string;
  readonly program_id: string;
  readonly order_id: string;
  readonly order_ref: string;
  readonly partner_id: string;
  readonly state: ClaimState;
  readonly code: string | null;
  readonly evidence: string;
  readonly reference_list: readonly string[];
  readonly filed_by: string;
  readonly filed_at: Instant;
  readonly resolved_by: string | null;
  readonly resolved_at: Instant | null;
  readonly reason: string | null;
}

export const CLAIM_COLUMNS =
  'id, program_id, order_id, order_ref, partner_id, state, code, evidence, reference_list, filed_by, filed_at, ' +
  'resolved_by, resolved_at, reason';

export const toClaim = (row: ClaimRow): Claim => ({
  claimId: fromUuid('clm', row.id),
  programId: fromUuid('prg', row.program_id),
  orderId: fromUuid('ord', row.order_id),
  orderRef: row.order_ref,
  partnerId: fromUuid('par', row.partner_id),
  state: row.state,
  code: row.code ?? undefined,
  evidence: row.evidence,
  references: row.reference_list,
  filedBy: row.filed_by,
  filedAt: row.filed_at,
  resolvedBy: row.resolved_by ?? undefined,
  resolvedAt: row.resolved_at ?? undefined,
  reason: row.reason ?? undefined,
});
