import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import { msBetween } from '../../../../shared/instant.ts';
import { moved } from '../../../../shared/lifecycle.ts';
import type { EnrolmentFacts, PartnersPort } from '../../../partners/index.ts';
import { claimAnnouncement } from '../../domain/deciding/announcements.ts';
import { type Claim, type ClaimId, claimLifecycle, isWorth, lateClaimsOf } from '../../domain/deciding/claim.ts';
import { type Conversion, conversionIdOf } from '../../domain/deciding/conversion.ts';
import { couponKey } from '../../domain/traffic/coupon.ts';
import { type LateClaims, spanMs } from '../../domain/policy/policy.ts';
import type { ConversionId } from '../../index.ts';
import type { AttributionStores, AttributionTransaction } from '../../ports/attribution-stores.ts';
import type { ClaimReader } from '../../ports/claim-reader.ts';
import type { DecideConversions } from './decide-conversions.ts';

export interface ClaimRequest {
  readonly programId: Id<'prg'>;
  readonly orderRef: string;
  readonly partnerId: Id<'par'>;
  readonly code?: string | undefined;
  readonly evidence: string;
  readonly references: readonly string[];
}

interface Answer {
  readonly action: 'confirm' | 'reject';
  readonly reason: string;
  readonly by: string;
}

/**
 * Takes claims to orders that were placed already, and answers them. Whoever works on one holds the order's conversion
 * first, so that a claim, its answer and a late click come one after the other.
 */
export class KeepClaims {
  constructor(
    private readonly partners: PartnersPort,
    private readonly reader: ClaimReader,
    private readonly transaction: AttributionTransaction,
    private readonly decideConversions: DecideConversions,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * Where the policy says that a valid code suffices, and the claim names one, it is confirmed at once. Throws
   * `attribution.unknown_order`, `attribution.not_enrolled`, `attribution.claims_not_taken`,
   * `attribution.claim_out_of_time`, `attribution.claim_repeated`.
   */
  async file(request: ClaimRequest, filedBy: string): Promise<Claim> {
    const { programId, partnerId, orderRef } = request;
    const conversionId = await this.reader.conversionOf(programId, orderRef);
    if (conversionId === undefined)
      throw new AppError(
        'not_found',
        'attribution.unknown_order',
        `the program has no order ${orderRef} that was placed`,
      );
    const [enrolment] = await this.partners.enrolments(programId, [partnerId]);
    return this.transaction.run(async (stores) => {
      const conversion = await held(stores, conversionId);
      const rule = this.mustTake(conversion, enrolment);
      const claim: Claim = {
        ...request,
        claimId: this.ids.next('clm'),
        orderId: conversion.order.orderId,
        state: 'filed',
        filedBy,
        filedAt: this.clock.now(),
      };
      if (!(await stores.claims.add(claim)))
        throw new AppError('conflict', 'attribution.claim_repeated', 'the partner has claimed this order already');
      return rule.confirmation === 'valid_code' && (await isCodeOf(stores, claim, conversion))
        ? this.answer(stores, claim, conversion, { action: 'confirm', reason: 'valid_code', by: 'the policy' })
        : claim;
    });
  }

  /** Throws `attribution.unknown_claim`, `attribution.illegal_move`. */
  async resolve(claimId: ClaimId, answer: Answer): Promise<Claim> {
    const seen = await this.reader.claim(claimId);
    if (seen === undefined)
      throw new AppError('not_found', 'attribution.unknown_claim', `there is no claim ${claimId}`);
    return this.transaction.run(async (stores) => {
      const conversion = await held(stores, conversionIdOf(seen));
      return this.answer(stores, await stores.claims.get(claimId), conversion, answer);
    });
  }

  private mustTake({ order, decision }: Conversion, enrolment: EnrolmentFacts | undefined): LateClaims {
    if (enrolment?.state !== 'approved')
      throw new AppError('refused', 'attribution.not_enrolled', 'the partner is not an approved one of the program');
    const rule = lateClaimsOf(decision.inputs.policy, enrolment.groups);
    if (rule === undefined)
      throw new AppError(
        'refused',
        'attribution.claims_not_taken',
        `the order was decided by policy version ${decision.inputs.policy.version}, which takes no claims`,
      );
    if (msBetween(order.placedAt, this.clock.now()) >= spanMs(rule.window))
      throw new AppError(
        'refused',
        'attribution.claim_out_of_time',
        `the order was placed at ${order.placedAt}; by its policy it could be claimed for ${spanMs(rule.window) / 3_600_000} hours`,
      );
    return rule;
  }

  private async answer(
    stores: AttributionStores,
    before: Claim,
    conversion: Conversion,
    { action, reason, by }: Answer,
  ): Promise<Claim> {
    const state = moved('attribution', claimLifecycle, before.state, action);
    const resolvedAt = this.clock.now();
    const claim: Claim = { ...before, state, reason, resolvedBy: by, resolvedAt };
    await stores.claims.save(claim);
    stores.outbox.publish(claimAnnouncement(claim, { state: ANSWERS[action], reason, resolvedAt }));
    if (action === 'confirm') await this.decideConversions.claimed(stores, [conversion]);
    return claim;
  }
}

const ANSWERS = { confirm: 'confirmed', reject: 'rejected' } as const;

/** Nobody else's until the transaction ends. */
const held = async ({ conversions }: AttributionStores, conversionId: ConversionId): Promise<Conversion> => {
  const [conversion] = await conversions.decided([conversionId]);
  if (conversion === undefined)
    throw new AppError('not_found', 'attribution.unknown_order', 'there is no such order that was placed');
  return conversion;
};

const isCodeOf = async ({ coupons }: AttributionStores, claim: Claim, { order, decision }: Conversion) => {
  if (claim.code === undefined) return false;
  const [coupon] = await coupons.named([{ programId: claim.programId, key: couponKey(claim.code) }]);
  return coupon !== undefined && isWorth(coupon, claim, order, decision.inputs.policy);
};
