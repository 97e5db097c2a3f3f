import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsMoney, IsOneOf, IsText } from '../../../../shared/fields.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import { DISPUTE_OUTCOMES, type DisputeOutcome } from '../../domain/disputes/reasons.ts';
import {
  answer,
  COMMON,
  deedRoute,
  DisputePath,
  type DisputeUseCases,
  MAX_TEXT,
  whoOf,
} from './dispute-route-parts.ts';
import { DisputeView } from './dispute-views.ts';

class ResolveDisputeRequest {
  @IsOneOf(DISPUTE_OUTCOMES) readonly outcome!: DisputeOutcome;
  @IsText({ max: 50, description: 'A code of `GET /v1/disputes/reasons`' }) readonly reason!: string;
  @IsMoney({ optional: true, description: 'Of what is upheld in part: how much of it' }) readonly granted?: MoneyJson;
  @IsText({ max: MAX_TEXT, description: 'Why, for the partner to read' }) readonly text!: string;
}

/** What staff alone does with disputes. */
export const disputeReviewRoutes = (use: DisputeUseCases): readonly Route[] => [
  ...reviewers(use),
  reviewRoute(use),
  resolveRoute(use),
  approveRoute(use),
];

const reviewers = ({ work }: DisputeUseCases): readonly Route[] => [
  deedRoute(
    {
      path: 'request-evidence',
      operationId: 'requestDisputeEvidence',
      summary: 'Ask the partner for evidence; our time stands still until it answers, or its own is over',
      errors: ['settlement.dispute_overdue', 'settlement.dispute_asked_enough'],
      act: (id, text, who) => work.requestEvidence(id, text, who),
    },
    true,
  ),
  deedRoute(
    {
      path: 'send-back',
      operationId: 'sendBackDispute',
      summary: 'Do not agree to what somebody else proposed',
      errors: ['settlement.dispute_overdue'],
      act: (id, text, who) => work.sendBack(id, text, who),
    },
    true,
  ),
];

const reviewRoute = ({ work }: DisputeUseCases): Route =>
  route({
    method: 'post',
    path: '/v1/disputes/{disputeId}/review',
    operationId: 'reviewDispute',
    tag: 'settlement',
    summary: 'Take it up; the partner sees that somebody does',
    access: { scope: 'settlement:write' },
    params: DisputePath,
    idempotency: 'required',
    success: { 200: DisputeView },
    errors: [...COMMON, 'settlement.dispute_overdue'],
    handle: ({ actor, params: { disputeId } }) => {
      mustBeStaff(actor);
      return work.takeUp(disputeId, whoOf(actor));
    },
    respond: answer,
  });

const resolveRoute = ({ work, ring }: DisputeUseCases): Route =>
  route({
    method: 'post',
    path: '/v1/disputes/{disputeId}/resolve',
    operationId: 'resolveDispute',
    tag: 'settlement',
    summary: 'Decide; what is upheld above the program’s adjustment limit waits for a second person',
    access: { scope: 'settlement:write' },
    params: DisputePath,
    body: ResolveDisputeRequest,
    idempotency: 'required',
    success: { 200: DisputeView },
    errors: [
      ...COMMON,
      'settlement.dispute_overdue',
      'settlement.dispute_four_eyes',
      'settlement.dispute_reason',
      'settlement.dispute_granted',
    ],
    handle: async ({ actor, params: { disputeId }, body: { outcome, reason, granted, text } }) => {
      mustBeStaff(actor);
      const verdict = { outcome, reason, granted: granted && Money.fromJson(granted), text };
      const dispute = await work.resolve(disputeId, verdict, whoOf(actor));
      ring();
      return dispute;
    },
    respond: answer,
  });

const approveRoute = ({ work, ring }: DisputeUseCases): Route =>
  route({
    method: 'post',
    path: '/v1/disputes/{disputeId}/approve',
    operationId: 'approveDispute',
    tag: 'settlement',
    summary: 'Agree to what somebody else proposed',
    access: { scope: 'adjustments:approve' },
    params: DisputePath,
    idempotency: 'required',
    success: { 200: DisputeView },
    errors: [...COMMON, 'settlement.dispute_overdue', 'settlement.dispute_four_eyes'],
    handle: async ({ actor, params: { disputeId } }) => {
      mustBeStaff(actor);
      const dispute = await work.approve(disputeId, whoOf(actor));
      ring();
      return dispute;
    },
    respond: answer,
  });
