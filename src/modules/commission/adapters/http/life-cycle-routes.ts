import { mustBeStaff, visible } from '../../../../infrastructure/http/authenticate.ts';
import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { HoldCommission, ReleaseCommission } from '../../application/reckoning/hold-commission.ts';
import { noCommission } from '../../application/reckoning/known-commission.ts';
import type { LookAtCommission } from '../../application/explaining/look-at-commission.ts';
import type { ReviewCommission } from '../../application/reckoning/review-commission.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';
import type { CommissionId } from '../../index.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';
import { CommissionDetailView, commissionDetailView } from './detail-views.ts';
import { CommissionView, commissionView } from './views.ts';

class CommissionPath {
  @IsIdOf('com') readonly commissionId!: CommissionId;
}

class ReviewCommissionRequest {
  @IsOneOf(['confirm', 'end'], { description: '`end` reverses it for good; nothing brings it back' })
  readonly outcome!: 'confirm' | 'end';
  @IsText({ max: 1_000, description: 'Why; for staff' }) readonly note!: string;
}

class HoldCommissionRequest {
  @IsText({ max: 50, pattern: /^[a-z][a-z0-9_]{0,49}$/, description: 'A code the partner sees: `dispute`' })
  readonly reason!: string;
  @IsText({ max: 1_000, description: 'For staff' }) readonly note!: string;
}

class ReleaseCommissionRequest {
  @IsText({ max: 1_000, description: 'For staff' }) readonly note!: string;
}

export interface LifeCycleUseCases {
  readonly look: LookAtCommission;
  readonly review: ReviewCommission;
  readonly hold: HoldCommission;
  readonly release: ReleaseCommission;
}

const commissionAnswer = (commission: Commission): Answer => ({ status: 200, body: commissionView(commission) });

export const lifeCycleRoutes = (reader: CommissionReader, use: LifeCycleUseCases): readonly Route[] => [
  seeRoute(reader, use.look),
  reviewRoute(use.review),
  holdRoute(use.hold),
  releaseRoute(use.release),
];

const seeRoute = (reader: CommissionReader, look: LookAtCommission): Route =>
  route({
    method: 'get',
    path: '/v1/commissions/{commissionId}',
    operationId: 'getCommission',
    tag: 'commission',
    summary: 'One commission: where it stands, what it waits for, when it can be paid, and how it came there',
    access: { scope: 'commissions:read' },
    params: CommissionPath,
    success: { 200: CommissionDetailView },
    errors: ['commission.not_found'],
    handle: async ({ actor, params: { commissionId } }) => {
      const found = await reader.find(commissionId);
      const commission = visible(actor, found, ({ partnerId }) => partnerId, noCommission(commissionId));
      return commissionDetailView(await look.run(commission), actor.partnerId === undefined);
    },
  });

const reviewRoute = (review: ReviewCommission): Route =>
  route({
    method: 'post',
    path: '/v1/commissions/{commissionId}/review',
    operationId: 'reviewCommission',
    tag: 'commission',
    summary: 'Say what becomes of a commission that has not vested in time',
    description:
      '`confirm` lets it go on from where its order is, with as much time again; `end` reverses it for good.',
    access: { scope: 'commissions:write' },
    params: CommissionPath,
    body: ReviewCommissionRequest,
    idempotency: 'required',
    success: { 200: CommissionView },
    errors: ['commission.not_found', 'commission.not_under_review'],
    handle: ({ actor, params: { commissionId }, body: { outcome, note } }) => {
      mustBeStaff(actor);
      return review.run({ commissionId, outcome, note, by: actor.subject });
    },
    respond: commissionAnswer,
  });

const holdRoute = (hold: HoldCommission): Route =>
  route({
    method: 'post',
    path: '/v1/commissions/{commissionId}/hold',
    operationId: 'holdCommission',
    tag: 'commission',
    summary: 'Stop a commission that is not locked, and its clock with it',
    access: { scope: 'commissions:write' },
    params: CommissionPath,
    body: HoldCommissionRequest,
    idempotency: 'required',
    success: { 200: CommissionView },
    errors: ['commission.not_found', 'commission.not_open'],
    handle: ({ actor, params: { commissionId }, body: { reason, note } }) => {
      mustBeStaff(actor);
      return hold.run({ commissionId, reason, note, by: actor.subject });
    },
    respond: commissionAnswer,
  });

const releaseRoute = (release: ReleaseCommission): Route =>
  route({
    method: 'post',
    path: '/v1/commissions/{commissionId}/release',
    operationId: 'releaseCommission',
    tag: 'commission',
    summary: 'Let a commission that the staff stopped go on',
    access: { scope: 'commissions:write' },
    params: CommissionPath,
    body: ReleaseCommissionRequest,
    idempotency: 'required',
    success: { 200: CommissionView },
    errors: ['commission.not_found', 'commission.not_stopped'],
    handle: ({ actor, params: { commissionId }, body: { note } }) => {
      mustBeStaff(actor);
      return release.run({ commissionId, note, by: actor.subject });
    },
    respond: commissionAnswer,
  });
