import { fromUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Coupon } from '../../domain/traffic/coupon.ts';

export interface CouponRow {
  readonly id: string;
  readonly program_id: string;
  readonly partner_id: string;
  readonly code: string;
  readonly disabled_at: Instant | null;
  readonly created_at: Instant;
}

export const COUPON_COLUMNS = 'id, program_id, partner_id, code, disabled_at, created_at';

export const toCoupon = (row: CouponRow): Coupon => ({
  couponId: fromUuid('cpn', row.id),
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  code: row.code,
  disabledAt: row.disabled_at ?? undefined,
  createdAt: row.created_at,
});
