import { AppError } from '../../../../../shared/errors.ts';
import { fromUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { Money } from '../../../../../shared/money.ts';
import type { Waiver, WaiverId, WaiverState } from '../../../domain/payouts/waiver.ts';

export interface WaiverRow {
  readonly id: string;
  readonly kind: Waiver['kind'];
  readonly program_id: string;
  readonly partner_id: string;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly reason: string;
  readonly state: WaiverState;
  readonly asked_by: string;
  readonly asked_at: Instant;
  readonly decided_by: string | null;
  readonly decided_at: Instant | null;
}

export const toWaiver = (row: WaiverRow): Waiver => ({
  id: fromUuid('wvr', row.id),
  kind: row.kind,
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  amount: Money.of(row.amount_minor, row.currency),
  reason: row.reason,
  state: row.state,
  askedBy: row.asked_by,
  askedAt: row.asked_at,
  decidedBy: row.decided_by ?? undefined,
  decidedAt: row.decided_at ?? undefined,
});

export const noWaiver = (id: WaiverId): AppError =>
  new AppError('not_found', 'settlement.waiver_not_found', `there is no waiver ${id}`);
