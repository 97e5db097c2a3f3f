import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsMoney, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { DisputeContracts } from '../../application/disputes/dispute-contracts.ts';
import type { ProgramDisputeTerms } from '../../domain/disputes/dispute-terms.ts';
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
import { DisputeTermsView, disputeTermsView, DisputeView } from './dispute-views.ts';

class DisputeProgramPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

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
  termsRoute(use.contracts),
  setTermsRoute(use.contracts),
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

const termsAnswer = (terms: ProgramDisputeTerms): Answer => ({ status: 200, body: disputeTermsView(terms) });

const termsRoute = (contracts: DisputeContracts): Route =>
  route({
    method: 'get',
    path: '/v1/programs/{programId}/dispute-terms',
    operationId: 'getDisputeTerms',
    tag: 'settlement',
    summary: 'By when things can be disputed, and by when we answer; the defaults where nobody has said',
    access: { scope: 'settlement:read' },
    params: DisputeProgramPath,
    success: { 200: DisputeTermsView },
    errors: ['settlement.unknown_program'],
    handle: ({ params: { programId } }) => contracts.of(programId),
    respond: termsAnswer,
  });

const setTermsRoute = (contracts: DisputeContracts): Route =>
  route({
    method: 'put',
    path: '/v1/programs/{programId}/dispute-terms',
    operationId: 'setDisputeTerms',
    tag: 'settlement',
    summary: 'Say what the contract says; disputes that are open keep what it said then',
    access: { scope: 'settlement:write' },
    params: DisputeProgramPath,
    body: DisputeTermsView,
    success: { 200: DisputeTermsView },
    errors: ['settlement.unknown_program', 'settlement.dispute_claim'],
    handle: ({ actor, params: { programId }, body: { mostClaimed, ...days } }) => {
      mustBeStaff(actor);
      return contracts.set({ ...days, programId, mostClaimed: Money.fromJson(mostClaimed) });
    },
    respond: termsAnswer,
  });
