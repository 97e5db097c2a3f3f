import { confinedTo, mustBeStaff, visible } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsMoney, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import {
  type AdjustmentDecision,
  type DecideAdjustment,
  noAdjustment,
} from '../../application/adjustments/decide-adjustment.ts';
import type { MakeAdjustment } from '../../application/adjustments/make-adjustment.ts';
import type { AdjustmentId, AdjustmentState } from '../../domain/life-cycle/adjustment.ts';
import type { CommissionId } from '../../index.ts';
import type { AdjustmentReader } from '../../ports/adjustment-reader.ts';
import { ADJUSTMENT_STATES, AdjustmentView, adjustmentView } from './adjustment-views.ts';

const CODE = /^[a-z][a-z0-9_]{0,49}$/;

class AdjustmentPath {
  @IsIdOf('adj') readonly adjustmentId!: AdjustmentId;
}

class AdjustmentQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsIdOf('par', { optional: true, description: "A partner's token sees its own anyway" })
  readonly partnerId?: Id<'par'>;
  @IsIdOf('com', { optional: true }) readonly commissionId?: CommissionId;
  @IsOneOf(ADJUSTMENT_STATES, { optional: true }) readonly state?: AdjustmentState;
}

class MakeAdjustmentRequest {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsIdOf('com', { optional: true, description: 'Absent: it stands alone' }) readonly commissionId?: CommissionId;
  @IsOneOf(['adjustment', 'bonus']) readonly kind!: 'adjustment' | 'bonus';
  @IsMoney({ negative: true, description: 'Negative: taken from the partner' }) readonly amount!: MoneyJson;
  @IsText({
    max: 50,
    pattern: CODE,
    description: 'A code of your own, which the partner sees: `wrong_rate`, `goodwill`',
  })
  readonly reason!: string;
  @IsText({ max: 1_000, description: 'In words, which the partner sees too' }) readonly note!: string;
}

class DecideAdjustmentRequest {
  @IsText({ max: 1_000, optional: true, description: 'For staff' }) readonly note?: string;
}

const AdjustmentPage = pageOfShape(AdjustmentView);

export interface AdjustmentUseCases {
  readonly make: MakeAdjustment;
  readonly decide: DecideAdjustment;
}

export const adjustmentRoutes = (reader: AdjustmentReader, use: AdjustmentUseCases): readonly Route[] => [
  makeRoute(use.make),
  listRoute(reader),
  seeRoute(reader),
  decisionRoute(use.decide, 'approve', 'Agree to an adjustment that somebody else proposed'),
  decisionRoute(use.decide, 'reject', 'Say that a proposed adjustment is not to be'),
];

const makeRoute = (make: MakeAdjustment): Route =>
  route({
    method: 'post',
    path: '/v1/adjustments',
    operationId: 'makeAdjustment',
    tag: 'commission',
    summary: 'Give a partner something, or take it, with a reason',
    description:
      'Up to the program’s limit it counts at once (`approved`). Above it, it waits (`proposed`) for the approval of ' +
      'somebody else.',
    access: { scope: 'adjustments:write' },
    body: MakeAdjustmentRequest,
    idempotency: 'required',
    success: { 201: AdjustmentView },
    errors: [
      'commission.unknown_program',
      'commission.adjustment_not_enrolled',
      'commission.adjustment_currency',
      'commission.adjustment_of_nothing',
      'commission.adjustment_negative_bonus',
      'commission.adjustment_other_commission',
    ],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      return make.run(body, actor.subject);
    },
    respond: (made) => created(`/v1/adjustments/${made.id}`, adjustmentView(made, true)),
  });

const listRoute = (reader: AdjustmentReader): Route =>
  route({
    method: 'get',
    path: '/v1/adjustments',
    operationId: 'listAdjustments',
    tag: 'commission',
    summary: 'Entries beside commissions: made by people, and by the terms after a lock',
    access: { scope: 'commissions:read' },
    query: AdjustmentQuery,
    success: { 200: AdjustmentPage },
    handle: async ({ actor, query: { programId, partnerId, commissionId, state, ...page } }) => {
      const isPartner = actor.partnerId !== undefined;
      const filter = { programId, partnerId: confinedTo(actor, partnerId), commissionId };
      // What is not decided, or was turned down, is nobody's business but ours.
      const found = await reader.page({ ...filter, state: isPartner ? 'approved' : state }, toPageRequest(page));
      return { data: found.data.map((each) => adjustmentView(each, !isPartner)), nextCursor: found.nextCursor };
    },
  });

const seeRoute = (reader: AdjustmentReader): Route =>
  route({
    method: 'get',
    path: '/v1/adjustments/{adjustmentId}',
    operationId: 'getAdjustment',
    tag: 'commission',
    summary: 'One adjustment',
    access: { scope: 'commissions:read' },
    params: AdjustmentPath,
    success: { 200: AdjustmentView },
    errors: ['commission.adjustment_not_found'],
    handle: async ({ actor, params: { adjustmentId } }) => {
      const isPartner = actor.partnerId !== undefined;
      const found = await reader.find(adjustmentId);
      const shown = isPartner && found?.state !== 'approved' ? undefined : found;
      return adjustmentView(
        visible(actor, shown, ({ partnerId }) => partnerId, noAdjustment(adjustmentId)),
        !isPartner,
      );
    },
  });

const decisionRoute = (decide: DecideAdjustment, action: AdjustmentDecision['action'], summary: string): Route =>
  route({
    method: 'post',
    path: `/v1/adjustments/{adjustmentId}/${action}`,
    operationId: `${action}Adjustment`,
    tag: 'commission',
    summary,
    access: { scope: 'adjustments:approve' },
    params: AdjustmentPath,
    body: DecideAdjustmentRequest,
    idempotency: 'required',
    success: { 200: AdjustmentView },
    errors: ['commission.adjustment_not_found', 'commission.adjustment_four_eyes', 'adjustment.illegal_move'],
    handle: ({ actor, params: { adjustmentId: id }, body: { note } }) => {
      mustBeStaff(actor);
      return decide.run({ id, action, by: actor.subject, note });
    },
    respond: (decided) => ({ status: 200, body: adjustmentView(decided, true) }),
  });
