import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Coupon } from '../../domain/traffic/coupon.ts';
import { linkFaults } from '../../domain/traffic/link.ts';
import type { CouponId } from '../../index.ts';
import type { AttributionTransaction } from '../../ports/attribution-stores.ts';

export interface CouponRequest {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly code: string;
}

/** Says whose a code is. The shop must honour it, so the program's staff says it, and no partner for itself. */
export class KeepCoupons {
  constructor(
    private readonly partners: PartnersPort,
    private readonly transaction: AttributionTransaction,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Throws `attribution.unknown_program`, `attribution.not_enrolled`, `attribution.coupon_taken`. */
  async make({ programId, partnerId, code }: CouponRequest): Promise<Coupon> {
    const [program, [enrolment]] = await Promise.all([
      this.partners.program(programId),
      this.partners.enrolments(programId, [partnerId]),
    ]);
    const faults = linkFaults({}, program, enrolment?.state);
    const [first] = faults;
    if (first !== undefined) throw new AppError('refused', first.code, first.detail, { faults });
    const couponId = this.ids.next('cpn');
    const coupon = { couponId, programId, partnerId, code: code.trim(), createdAt: this.clock.now() };
    return this.transaction.run(async ({ coupons }) => {
      if (await coupons.add(coupon)) return coupon;
      throw new AppError('conflict', 'attribution.coupon_taken', 'the program has this code already');
    });
  }

  /** For good; orders placed before keep what it brought. Once more changes nothing. Throws `attribution.unknown_coupon`. */
  disable(couponId: CouponId): Promise<Coupon> {
    return this.transaction.run(async ({ coupons }) => {
      const before = await coupons.get(couponId);
      if (before.disabledAt !== undefined) return before;
      const after = { ...before, disabledAt: this.clock.now() };
      await coupons.save(after);
      return after;
    });
  }
}
