import type { Knex } from 'knex';
import { texts, uuids } from '../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../shared/errors.ts';
import { toUuid } from '../../../../shared/ids.ts';
import { type Coupon, couponKey } from '../../domain/traffic/coupon.ts';
import type { CouponId } from '../../index.ts';
import type { CouponName, Coupons } from '../../ports/attribution-stores.ts';
import { COUPON_COLUMNS, type CouponRow, toCoupon } from './coupon-row.ts';

export class PostgresCoupons implements Coupons {
  constructor(private readonly db: Knex) {}

  async add({ couponId, programId, partnerId, code, createdAt }: Coupon): Promise<boolean> {
    const rows = await rowsOf(
      this.db,
      `insert into attribution.coupons (id, program_id, partner_id, code, key, created_at)
       values (:id, :programId, :partnerId, :code, :key, :createdAt)
       on conflict (program_id, key) do nothing
       returning id`,
      {
        id: toUuid(couponId),
        programId: toUuid(programId),
        partnerId: toUuid(partnerId),
        code,
        key: couponKey(code),
        createdAt,
      },
    );
    return rows.length > 0;
  }

  async named(names: readonly CouponName[]): Promise<readonly Coupon[]> {
    if (names.length === 0) return [];
    const rows = await rowsOfOften<CouponRow>(
      this.db,
      `select coupon.*
       from (
         select distinct program_id, key from unnest(:programIds::uuid[], :keys::text[]) as wanted (program_id, key)
       ) as wanted
       cross join lateral (
         select ${COUPON_COLUMNS} from attribution.coupons
         where coupons.program_id = wanted.program_id and coupons.key = wanted.key
         offset 0
       ) as coupon`,
      { programIds: uuids(names.map(({ programId }) => programId)), keys: texts(names.map(({ key }) => key)) },
    );
    return rows.map(toCoupon);
  }

  async get(couponId: CouponId): Promise<Coupon> {
    const [row] = await rowsOf<CouponRow>(
      this.db,
      `select ${COUPON_COLUMNS} from attribution.coupons where id = :id for update`,
      { id: toUuid(couponId) },
    );
    if (row === undefined)
      throw new AppError('not_found', 'attribution.unknown_coupon', `there is no coupon ${couponId}`);
    return toCoupon(row);
  }

  async save({ couponId, disabledAt }: Coupon): Promise<void> {
    await rowsOf(this.db, `update attribution.coupons set disabled_at = :disabledAt::timestamptz where id = :id`, {
      id: toUuid(couponId),
      disabledAt: disabledAt ?? null,
    });
  }
}
