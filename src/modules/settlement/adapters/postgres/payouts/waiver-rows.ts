import { AppError } from '../../../../../shared/errors.ts';
import { fromUuid } from '../../../../../shared/ids.ts';
import { Money } from '../../../../../shared/money.ts';
import type { Waiver, WaiverId } from '../../../domain/payouts/waiver.ts';
import { type ProposalRow, toProposal } from '../proposal-rows.ts';

export interface WaiverRow extends ProposalRow {
  readonly id: string;
  readonly kind: Waiver['kind'];
  readonly program_id: string;
  readonly partner_id: string;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly reason: string;
}

export const toWaiver = (row: WaiverRow): Waiver => ({
  id: fromUuid('wvr', row.id),
  kind: row.kind,
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  amount: Money.of(row.amount_minor, row.currency),
  reason: row.reason,
  ...toProposal(row),
});

export const noWaiver = (id: WaiverId): AppError =>
  new AppError('not_found', 'settlement.waiver_not_found', `there is no waiver ${id}`);
