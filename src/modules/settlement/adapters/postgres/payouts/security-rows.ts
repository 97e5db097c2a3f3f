import { fromUuid, isId, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import type { NegativeBalance, Receivable, Slice } from '../../../domain/payouts/securities.ts';

export interface SliceRow {
  readonly id: string;
  readonly program_id: string;
  readonly partner_id: string;
  readonly about: string;
  readonly of_adjustment: boolean | null;
  readonly amount_minor: bigint;
  readonly left_minor: bigint;
  readonly reserved_at: Instant;
  readonly release_at: Instant | null;
}

export const toSlice = (row: SliceRow): Slice => ({
  id: fromUuid('rsv', row.id),
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  about: fromUuid(row.of_adjustment === true ? 'adj' : 'com', row.about),
  amount: row.amount_minor,
  left: row.left_minor,
  reservedAt: row.reserved_at,
  releaseAt: row.release_at ?? undefined,
});

export const sliceValues = (slices: readonly Slice[]) => ({
  ids: slices.map(({ id }) => toUuid(id)),
  programIds: slices.map(({ programId }) => toUuid(programId)),
  partnerIds: slices.map(({ partnerId }) => toUuid(partnerId)),
  abouts: slices.map(({ about }) => toUuid(about)),
  ofAdjustment: slices.map(({ about }) => isId('adj', about)),
  amounts: slices.map(({ amount }) => amount.toString()),
  lefts: slices.map(({ left }) => left.toString()),
  reserved: slices.map(({ reservedAt }) => reservedAt),
  release: slices.map(({ releaseAt }) => releaseAt ?? null),
});

export interface ReceivableRow {
  readonly id: string;
  readonly program_id: string;
  readonly partner_id: string;
  readonly nth: number;
  readonly amount_minor: bigint;
  readonly left_minor: bigint;
  readonly raised_at: Instant;
}

export const toReceivable = (row: ReceivableRow): Receivable => ({
  id: fromUuid('rcv', row.id),
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  nth: row.nth,
  amount: row.amount_minor,
  left: row.left_minor,
  raisedAt: row.raised_at,
});

export interface NegativeRow {
  readonly program_id: string;
  readonly partner_id: string;
  readonly since: Instant;
  readonly due_at: Instant;
}

export const toNegative = (row: NegativeRow): NegativeBalance => ({
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  since: row.since,
  dueAt: row.due_at,
});
