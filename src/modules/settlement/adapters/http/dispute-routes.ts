import { confinedTo, visible } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Actor } from '../../../../shared/actor.ts';
import { AppError, invalid } from '../../../../shared/errors.ts';
import { IsIdOf, IsMoney, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { DisputeState } from '../../domain/disputes/dispute-life-cycle.ts';
import { DISPUTE_KINDS, DISPUTE_REASONS, type DisputeKind } from '../../domain/disputes/reasons.ts';
import type { PayoutId, StatementId } from '../../index.ts';
import type { DisputeReader } from '../../ports/disputes.ts';
import { disputeReviewRoutes } from './dispute-review-routes.ts';
import {
  answer,
  COMMON,
  deedRoute,
  DisputePath,
  type DisputeUseCases,
  MAX_TEXT,
  whoOf,
} from './dispute-route-parts.ts';
import {
  DISPUTE_STATES,
  DisputeDetailView,
  disputeDetailView,
  DisputeReasonsView,
  DisputeView,
  disputeView,
  reasonsView,
} from './dispute-views.ts';

class DisputeQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'>;
  @IsOneOf(DISPUTE_KINDS, { optional: true }) readonly kind?: DisputeKind;
  @IsOneOf(DISPUTE_STATES, { optional: true }) readonly state?: DisputeState;
  @IsOneOf(['true', 'false'], { optional: true, description: 'Whether somebody has still to decide' })
  readonly open?: 'true' | 'false';
}

class NewDisputeRequest {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par', { optional: true, description: 'Whose it is; a partner disputes for itself' })
  readonly partnerId?: Id<'par'>;
  @IsOneOf(DISPUTE_KINDS) readonly kind!: DisputeKind;
  @IsIdOf('ord', { optional: true, description: 'Send one of these, as the kind demands' })
  readonly orderId?: Id<'ord'>;
  @IsText({ max: 200, optional: true, description: "The commerce system's own name for the order" })
  readonly orderRef?: string;
  @IsIdOf('com', { optional: true }) readonly commissionId?: Id<'com'>;
  @IsIdOf('stm', { optional: true }) readonly statementId?: StatementId;
  @IsIdOf('pay', { optional: true }) readonly payoutId?: PayoutId;
  @IsMoney({
    optional: true,
    description: 'How much is missing: of a wrong rate the difference. Not needed where the thing itself says it',
  })
  readonly claimed?: MoneyJson;
  @IsText({ max: MAX_TEXT, description: 'What is wrong, in words; nothing personal of a customer' })
  readonly text!: string;
}

const DisputePage = pageOfShape(DisputeView);

export const disputeRoutes = (reader: DisputeReader, use: DisputeUseCases): readonly Route[] => [
  listRoute(reader),
  reasonsRoute,
  openRoute(use),
  seeRoute(reader),
  ...partnersActions(use),
  ...disputeReviewRoutes(use),
];

const listRoute = (reader: DisputeReader): Route =>
  route({
    method: 'get',
    path: '/v1/disputes',
    operationId: 'listDisputes',
    tag: 'settlement',
    summary: 'Disputes, oldest first',
    access: { scope: 'settlement:read' },
    query: DisputeQuery,
    success: { 200: DisputePage },
    handle: async ({ actor, query }) => {
      const { programId, kind, state, open } = query;
      const isOpen = open === undefined ? undefined : open === 'true';
      const filter = { programId, kind, state, isOpen, partnerId: confinedTo(actor, query.partnerId) };
      const { data, nextCursor } = await reader.page(toPageRequest(query), filter);
      return { data: data.map(disputeView), nextCursor };
    },
  });

const reasonsRoute: Route = route({
  method: 'get',
  path: '/v1/disputes/reasons',
  operationId: 'listDisputeReasons',
  tag: 'settlement',
  summary: 'Why disputes come out as they do: the codes of resolutions',
  access: { scope: 'settlement:read' },
  success: { 200: DisputeReasonsView },
  handle: () => Promise.resolve(reasonsView(DISPUTE_REASONS)),
});

const openRoute = ({ open, ring }: DisputeUseCases): Route =>
  route({
    method: 'post',
    path: '/v1/disputes',
    operationId: 'openDispute',
    tag: 'settlement',
    summary: 'Say that something is wrong: a conversion, a rate, a credit, a reversal, a payout',
    description:
      'What is known of the matter is taken down, and so much as is claimed is reserved. What is plain is decided at once. ' +
      'Whoever does not answer in time loses; while you are asked for evidence our time stands still.',
    access: { scope: 'disputes:write' },
    body: NewDisputeRequest,
    idempotency: 'required',
    success: { 201: DisputeView },
    errors: [
      'settlement.dispute_partner_missing',
      'settlement.dispute_not_enrolled',
      'settlement.dispute_about',
      'settlement.dispute_nothing_there',
      'settlement.dispute_late',
      'settlement.dispute_claim',
      'settlement.dispute_open_already',
      'settlement.dispute_decided',
    ],
    handle: async ({ actor, body: { programId, partnerId, kind, claimed, text, ...about } }) => {
      const request = { programId, partnerId: disputant(actor, partnerId), kind, about, claimed, text };
      const dispute = await open.run(request, { side: sideOf(actor), by: actor.subject });
      ring();
      return dispute;
    },
    respond: (dispute) => created(`/v1/disputes/${dispute.id}`, disputeView(dispute)),
  });

const sideOf = ({ partnerId }: Actor): 'staff' | 'partner' => (partnerId === undefined ? 'staff' : 'partner');

/** Throws `settlement.dispute_partner_missing`. */
const disputant = (actor: Actor, asked: Id<'par'> | undefined): Id<'par'> => {
  const partnerId = confinedTo(actor, asked);
  if (partnerId !== undefined) return partnerId;
  throw invalid('settlement.dispute_partner_missing', 'say whose dispute it is: send partnerId', [
    { pointer: '/partnerId', code: 'settlement.dispute_partner_missing', detail: 'is needed from staff' },
  ]);
};

const seeRoute = (reader: DisputeReader): Route =>
  route({
    method: 'get',
    path: '/v1/disputes/{disputeId}',
    operationId: 'getDispute',
    tag: 'settlement',
    summary: 'A dispute: its history, its evidence as it was, how it came out, and what can be done with it',
    access: { scope: 'settlement:read' },
    params: DisputePath,
    success: { 200: DisputeDetailView },
    errors: ['settlement.dispute_not_found'],
    handle: async ({ actor, params: { disputeId } }) => {
      const absent = new AppError('not_found', 'settlement.dispute_not_found', `there is no dispute ${disputeId}`);
      const found = visible(actor, await reader.find(disputeId), ({ dispute }) => dispute.partnerId, absent);
      return disputeDetailView(found, actor.partnerId === undefined);
    },
  });

/** Of the partner, or of staff on its behalf. */
const partnersActions = ({ work, ring }: DisputeUseCases): readonly Route[] => [
  deedRoute({
    path: 'evidence',
    operationId: 'addDisputeEvidence',
    summary: 'Add to an open dispute; answering what you were asked for sets our time going again',
    errors: ['settlement.dispute_closed', 'settlement.dispute_overdue', 'settlement.dispute_evidence_enough'],
    act: (id, text, who) => work.addEvidence(id, text, who),
  }),
  deedRoute({
    path: 'appeal',
    operationId: 'appealDispute',
    summary: 'Disagree with a decision, once; somebody else decides',
    errors: [
      'settlement.dispute_appealed_once',
      'settlement.dispute_appeal_late',
      'settlement.dispute_nothing_left',
      'settlement.dispute_being_paid',
    ],
    act: async (id, text, who) => {
      const dispute = await work.appeal(id, text, who);
      ring();
      return dispute;
    },
  }),
  withdrawRoute({ work, ring }),
];

const withdrawRoute = ({ work, ring }: Pick<DisputeUseCases, 'work' | 'ring'>): Route =>
  route({
    method: 'post',
    path: '/v1/disputes/{disputeId}/withdraw',
    operationId: 'withdrawDispute',
    tag: 'settlement',
    summary: 'Claim it no longer',
    access: { scope: 'disputes:write' },
    params: DisputePath,
    idempotency: 'required',
    success: { 200: DisputeView },
    errors: [...COMMON, 'settlement.dispute_overdue'],
    handle: async ({ actor, params: { disputeId } }) => {
      const dispute = await work.withdraw(disputeId, whoOf(actor));
      ring();
      return dispute;
    },
    respond: answer,
  });
