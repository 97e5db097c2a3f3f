import { confinedTo, mustBeStaff, visible } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Actor } from '../../../../shared/actor.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf, IsInstant, IsOneOf, IsText, IsTextList } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { KeepClaims } from '../../application/deciding/keep-claims.ts';
import { type Claim, type ClaimId, claimLifecycle, type ClaimState } from '../../domain/deciding/claim.ts';
import { MAX_CODE } from '../../domain/traffic/coupon.ts';
import type { ClaimReader } from '../../ports/claim-reader.ts';

const STATES = Object.keys(claimLifecycle);
const MAX_EVIDENCE = 2_000;

class ClaimPath {
  @IsIdOf('clm') readonly claimId!: ClaimId;
}

class ClaimQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'>;
  @IsOneOf(STATES, { optional: true }) readonly state?: ClaimState;
}

class NewClaimRequest {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsText({ max: 200, description: "The commerce system's own name for the order" }) readonly orderRef!: string;
  @IsIdOf('par', { optional: true, description: 'Whose claim it is; a partner claims for itself' })
  readonly partnerId?: Id<'par'>;
  @IsText({ max: MAX_CODE, optional: true, description: "The partner's coupon that the customer meant to use" })
  readonly code?: string;
  @IsText({ max: MAX_EVIDENCE, description: 'What speaks for it, in words; nothing personal of the customer' })
  readonly evidence!: string;
  @IsTextList({ max: 20, optional: true, description: 'Where more of it is: numbers of forms, addresses' })
  readonly references?: readonly string[];
}

class RejectionRequest {
  @IsText({ max: 100, description: 'Why; the partner reads it' }) readonly reason!: string;
}

class ClaimView {
  @IsIdOf('clm') readonly id!: ClaimId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsOneOf(STATES) readonly state!: ClaimState;
  @IsText({ max: MAX_CODE, nullable: true }) readonly code!: string | null;
  @IsText({ max: MAX_EVIDENCE }) readonly evidence!: string;
  @IsTextList({ max: 20 }) readonly references!: readonly string[];
  @IsInstant() readonly filedAt!: Instant;
  @IsInstant({ nullable: true }) readonly resolvedAt!: Instant | null;
  @IsText({ max: 100, nullable: true, description: 'Why it came out so' }) readonly reason!: string | null;
}

const ClaimPage = pageOfShape(ClaimView);

const claimView = (claim: Claim): ClaimView => ({
  id: claim.claimId,
  programId: claim.programId,
  orderId: claim.orderId,
  orderRef: claim.orderRef,
  partnerId: claim.partnerId,
  state: claim.state,
  code: claim.code ?? null,
  evidence: claim.evidence,
  references: claim.references,
  filedAt: claim.filedAt,
  resolvedAt: claim.resolvedAt ?? null,
  reason: claim.reason ?? null,
});

export const claimRoutes = (reader: ClaimReader, keep: KeepClaims): readonly Route[] => [
  filing(keep),
  ...answers(keep),
  ...reads(reader),
];

const filing = (keep: KeepClaims): Route =>
  route({
    method: 'post',
    path: '/v1/claims',
    operationId: 'claimOrder',
    tag: 'attribution',
    summary: 'Claim an order after the fact, with evidence',
    description:
      'For a code that was forgotten, or a touch nobody recorded. The policy the order was decided by says for how long ' +
      'after the order, what the claim is worth beside other touches, and who must confirm it.',
    access: { scope: 'claims:write' },
    body: NewClaimRequest,
    success: { 201: ClaimView },
    errors: [
      'attribution.unknown_order',
      'attribution.not_enrolled',
      'attribution.claims_not_taken',
      'attribution.claim_out_of_time',
      'attribution.claim_repeated',
      'attribution.partner_missing',
    ],
    handle: ({ actor, body: { partnerId, references = [], ...request } }) =>
      keep.file({ ...request, references, partnerId: claimant(actor, partnerId) }, actor.subject),
    respond: (claim) => created(`/v1/claims/${claim.claimId}`, claimView(claim)),
  });

/** Throws `attribution.partner_missing`. */
const claimant = (actor: Actor, asked: Id<'par'> | undefined): Id<'par'> => {
  const partnerId = confinedTo(actor, asked);
  if (partnerId !== undefined) return partnerId;
  const fault = { pointer: '/partnerId', code: 'attribution.partner_missing', detail: 'is needed from staff' };
  throw new AppError('invalid', 'attribution.partner_missing', 'say whose claim it is: send partnerId', {
    faults: [fault],
  });
};

const answers = (keep: KeepClaims): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/claims/{claimId}/confirm',
    operationId: 'confirmClaim',
    tag: 'attribution',
    summary: 'Confirm a claim: the order is decided again with it (staff)',
    access: { scope: 'claims:write' },
    params: ClaimPath,
    success: { 200: ClaimView },
    errors: ['attribution.unknown_claim', 'attribution.illegal_move'],
    handle: ({ actor, params: { claimId } }) => {
      mustBeStaff(actor);
      return keep.resolve(claimId, { action: 'confirm', reason: 'staff_confirmed', by: actor.subject });
    },
    respond: (claim) => ({ status: 200, body: claimView(claim) }),
  }),
  route({
    method: 'post',
    path: '/v1/claims/{claimId}/reject',
    operationId: 'rejectClaim',
    tag: 'attribution',
    summary: 'Reject a claim, with the reason (staff)',
    access: { scope: 'claims:write' },
    params: ClaimPath,
    body: RejectionRequest,
    success: { 200: ClaimView },
    errors: ['attribution.unknown_claim', 'attribution.illegal_move'],
    handle: ({ actor, params: { claimId }, body: { reason } }) => {
      mustBeStaff(actor);
      return keep.resolve(claimId, { action: 'reject', reason, by: actor.subject });
    },
    respond: (claim) => ({ status: 200, body: claimView(claim) }),
  }),
];

const reads = (reader: ClaimReader): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/claims',
    operationId: 'listClaims',
    tag: 'attribution',
    summary: 'Claims, oldest first',
    access: { scope: 'conversions:read' },
    query: ClaimQuery,
    success: { 200: ClaimPage },
    handle: async ({ actor, query }) => {
      const { programId, state } = query;
      const filter = { programId, state, partnerId: confinedTo(actor, query.partnerId) };
      const { data, nextCursor } = await reader.claims(toPageRequest(query), filter);
      return { data: data.map(claimView), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/claims/{claimId}',
    operationId: 'getClaim',
    tag: 'attribution',
    summary: 'A claim, and how it came out',
    access: { scope: 'conversions:read' },
    params: ClaimPath,
    success: { 200: ClaimView },
    errors: ['attribution.unknown_claim'],
    handle: async ({ actor, params: { claimId } }) => {
      const absent = new AppError('not_found', 'attribution.unknown_claim', `there is no claim ${claimId}`);
      return claimView(visible(actor, await reader.claim(claimId), ({ partnerId }) => partnerId, absent));
    },
  }),
];
