import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { ResolveCase } from '../../application/resolve-case.ts';
import type { FraudReader } from '../../ports/fraud-reader.ts';
import {
  AssessmentPage,
  AssessmentQuery,
  assessmentView,
  CasePage,
  CasePath,
  CaseQuery,
  CaseResolutionRequest,
  CaseView,
  caseView,
} from './views.ts';

export const fraudRoutes = (reader: FraudReader, resolveCase: ResolveCase): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/fraud/cases',
    operationId: 'listFraudCases',
    tag: 'fraud',
    summary: 'Conversions somebody has to look at, or has looked at, oldest first',
    access: { scope: 'fraud:read' },
    query: CaseQuery,
    success: { 200: CasePage },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await reader.cases(toPageRequest(query), query.state);
      return { data: data.map(caseView), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/fraud/cases/{caseId}',
    operationId: 'getFraudCase',
    tag: 'fraud',
    summary: 'A case, with the evidence',
    access: { scope: 'fraud:read' },
    params: CasePath,
    success: { 200: CaseView },
    errors: ['fraud.unknown_case'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      const found = await reader.case(params.caseId);
      if (found === undefined)
        throw new AppError('not_found', 'fraud.unknown_case', `there is no case ${params.caseId}`);
      return caseView(found);
    },
  }),
  route({
    method: 'post',
    path: '/v1/fraud/cases/{caseId}/resolve',
    operationId: 'resolveFraudCase',
    tag: 'fraud',
    summary: 'Say what becomes of a case',
    description: 'allow releases what was held, reject reverses it. Once said it stands.',
    access: { scope: 'fraud:review' },
    params: CasePath,
    body: CaseResolutionRequest,
    success: { 200: CaseView },
    errors: ['fraud.unknown_case', 'fraud.illegal_move'],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      const { outcome, reason } = body;
      return resolveCase.run({ caseId: params.caseId, outcome, reason, reviewer: actor.subject });
    },
    respond: (closed) => ({ status: 200, body: caseView(closed) }),
  }),
  route({
    method: 'get',
    path: '/v1/fraud/assessments',
    operationId: 'listFraudAssessments',
    tag: 'fraud',
    summary: 'Verdicts and what they rest on, oldest first',
    access: { scope: 'fraud:read' },
    query: AssessmentQuery,
    success: { 200: AssessmentPage },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await reader.assessments(toPageRequest(query), query.orderId);
      return { data: data.map(assessmentView), nextCursor };
    },
  }),
];
