import { confinedTo, mustBeStaff, visible } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf, IsInstant, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { KeepCoupons } from '../../application/traffic/keep-coupons.ts';
import { type Coupon, MAX_CODE } from '../../domain/traffic/coupon.ts';
import type { CouponId } from '../../index.ts';
import type { AttributionReader } from '../../ports/attribution-reader.ts';

class CouponPath {
  @IsIdOf('cpn') readonly couponId!: CouponId;
}

class CouponQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'>;
}

class NewCouponRequest {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par', { description: 'Whom orders with it are credited to' }) readonly partnerId!: Id<'par'>;
  @IsText({
    max: MAX_CODE,
    pattern: /\S/,
    description: 'As it is printed; case, width and blanks around it do not count',
  })
  readonly code!: string;
}

class CouponView {
  @IsIdOf('cpn') readonly id!: CouponId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsText({ max: MAX_CODE }) readonly code!: string;
  @IsInstant({ nullable: true, description: 'Orders placed from then on are not credited by it' })
  readonly disabledAt!: Instant | null;
  @IsInstant() readonly createdAt!: Instant;
}

const CouponPage = pageOfShape(CouponView);

const couponView = ({ couponId, programId, partnerId, code, disabledAt, createdAt }: Coupon): CouponView => ({
  id: couponId,
  programId,
  partnerId,
  code,
  disabledAt: disabledAt ?? null,
  createdAt,
});

export const couponRoutes = (reader: AttributionReader, keep: KeepCoupons): readonly Route[] => [
  ...writes(keep),
  ...reads(reader),
];

const writes = (keep: KeepCoupons): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/coupons',
    operationId: 'makeCoupon',
    tag: 'attribution',
    summary: 'Say whose a coupon code is (staff)',
    description:
      'An order that is placed with it is touched by its partner at that moment, as by a click. It counts for orders ' +
      'that are told from now on; what was decided before stays.',
    access: { scope: 'links:write' },
    body: NewCouponRequest,
    success: { 201: CouponView },
    errors: ['attribution.unknown_program', 'attribution.not_enrolled', 'attribution.coupon_taken'],
    handle: ({ actor, body: { programId, partnerId, code } }) => {
      mustBeStaff(actor);
      return keep.make({ programId, partnerId, code });
    },
    respond: (coupon) => created(`/v1/coupons/${coupon.couponId}`, couponView(coupon)),
  }),
  route({
    method: 'post',
    path: '/v1/coupons/{couponId}/disable',
    operationId: 'disableCoupon',
    tag: 'attribution',
    summary: 'Credit no more orders by a coupon, for good (staff)',
    access: { scope: 'links:write' },
    params: CouponPath,
    success: { 200: CouponView },
    errors: ['attribution.unknown_coupon'],
    handle: ({ actor, params: { couponId } }) => {
      mustBeStaff(actor);
      return keep.disable(couponId);
    },
    respond: (coupon) => ({ status: 200, body: couponView(coupon) }),
  }),
];

const reads = (reader: AttributionReader): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/coupons',
    operationId: 'listCoupons',
    tag: 'attribution',
    summary: 'Coupons, oldest first',
    access: { scope: 'links:read' },
    query: CouponQuery,
    success: { 200: CouponPage },
    handle: async ({ actor, query }) => {
      const partnerId = confinedTo(actor, query.partnerId);
      const filter = { programId: query.programId, partnerId };
      const { data, nextCursor } = await reader.coupons(toPageRequest(query), filter);
      return { data: data.map(couponView), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/coupons/{couponId}',
    operationId: 'getCoupon',
    tag: 'attribution',
    summary: 'A coupon',
    access: { scope: 'links:read' },
    params: CouponPath,
    success: { 200: CouponView },
    errors: ['attribution.unknown_coupon'],
    handle: async ({ actor, params: { couponId } }) => {
      const absent = new AppError('not_found', 'attribution.unknown_coupon', `there is no coupon ${couponId}`);
      return couponView(visible(actor, await reader.coupon(couponId), ({ partnerId }) => partnerId, absent));
    },
  }),
];
