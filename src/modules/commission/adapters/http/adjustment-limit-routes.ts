import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsInstant, IsMoney, IsNested, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { AdjustmentLimits } from '../../application/adjustments/adjustment-limits.ts';
import type { AdjustmentLimit, LimitChange, LimitChangeId } from '../../domain/life-cycle/adjustment-limit.ts';
import { ADJUSTMENT_STATES } from './adjustment-views.ts';

class AdjustmentProgramPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

class LimitChangePath {
  @IsIdOf('alc') readonly changeId!: LimitChangeId;
}

class AdjustmentLimitRequest {
  @IsMoney({ description: 'An adjustment above it, either way, needs two people' }) readonly limit!: MoneyJson;
}

class AdjustmentLimitChangeView {
  @IsIdOf('alc') readonly id!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsMoney({ description: 'In force when it was asked for' }) readonly from!: MoneyJson;
  @IsMoney({ description: 'What it is to be' }) readonly limit!: MoneyJson;
  @IsOneOf(ADJUSTMENT_STATES) readonly state!: string;
  @IsText({ max: 300 }) readonly proposedBy!: string;
  @IsInstant() readonly proposedAt!: Instant;
  @IsText({ max: 300, optional: true }) readonly decidedBy?: string;
  @IsInstant({ optional: true }) readonly decidedAt?: Instant;
}

class AdjustmentLimitView extends AdjustmentLimitRequest {
  @IsNested(() => AdjustmentLimitChangeView, { optional: true, description: 'What waits for a second person' })
  readonly pending?: AdjustmentLimitChangeView;
}

const changeView = (change: LimitChange): AdjustmentLimitChangeView =>
  ({ ...change, from: change.from.toJSON(), limit: change.limit.toJSON() }) as AdjustmentLimitChangeView;

const limitView = ({ limit, pending }: AdjustmentLimit): AdjustmentLimitView => ({
  limit: limit.toJSON(),
  ...(pending && { pending: changeView(pending) }),
});

export const adjustmentLimitRoutes = (limits: AdjustmentLimits): readonly Route[] => [
  lookRoute(limits),
  setRoute(limits),
  decisionRoute(limits, 'approve', 'Agree to a higher limit that somebody else has asked for'),
  decisionRoute(limits, 'reject', 'Say that a higher limit is not to be; whoever has asked may as well'),
];

const lookRoute = (limits: AdjustmentLimits): Route =>
  route({
    method: 'get',
    path: '/v1/programs/{programId}/adjustment-limit',
    operationId: 'getAdjustmentLimit',
    tag: 'commission',
    summary: 'From which amount on an adjustment needs two people; the minimum payout where nobody has said',
    access: { scope: 'commissions:read' },
    params: AdjustmentProgramPath,
    success: { 200: AdjustmentLimitView },
    errors: ['commission.unknown_program'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      return limitView(await limits.look(params.programId));
    },
  });

const setRoute = (limits: AdjustmentLimits): Route =>
  route({
    method: 'put',
    path: '/v1/programs/{programId}/adjustment-limit',
    operationId: 'setAdjustmentLimit',
    tag: 'commission',
    summary: 'Say from which amount on an adjustment needs two people; 0: always',
    description:
      'A lower limit counts at once. A higher one is answered with 202, with the limit in force and what is `pending`: it ' +
      'waits for somebody else, `POST /v1/adjustment-limit-changes/{changeId}/approve`.',
    access: { scope: 'programs:write' },
    params: AdjustmentProgramPath,
    body: AdjustmentLimitRequest,
    success: { 200: AdjustmentLimitView, 202: AdjustmentLimitView },
    errors: ['commission.unknown_program', 'commission.adjustment_currency', 'commission.limit_change_pending'],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      return limits.set(params.programId, Money.fromJson(body.limit), actor.subject);
    },
    respond: (set) => ({ status: set.pending === undefined ? 200 : 202, body: limitView(set) }),
  });

const decisionRoute = (limits: AdjustmentLimits, action: 'approve' | 'reject', summary: string): Route =>
  route({
    method: 'post',
    path: `/v1/adjustment-limit-changes/{changeId}/${action}`,
    operationId: `${action}AdjustmentLimitChange`,
    tag: 'commission',
    summary,
    access: { scope: 'adjustments:approve' },
    params: LimitChangePath,
    idempotency: 'required',
    success: { 200: AdjustmentLimitChangeView },
    errors: [
      'commission.limit_change_not_found',
      'commission.limit_change_outdated',
      'commission.adjustment_four_eyes',
      'adjustment.illegal_move',
    ],
    handle: ({ actor, params: { changeId } }) => {
      mustBeStaff(actor);
      return limits.decide(changeId, action, actor.subject);
    },
    respond: (change) => ({ status: 200, body: changeView(change) }),
  });
