import { mustBeStaff, visible } from '../../../../infrastructure/http/authenticate.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import type { GroupEnrolment } from '../../application/group-enrolment.ts';
import type { MoveEnrolment } from '../../application/move-enrolment.ts';
import { notFound } from '../../application/refusals.ts';
import type { EnrolmentAction } from '../../domain/enrolment.ts';
import type { PartnerReader } from '../../ports/partner-reader.ts';
import { EnrolmentPath, EnrolmentView, enrolmentView, GroupsRequest, NoteRequest, ReasonRequest } from './views.ts';

interface Move {
  readonly action: EnrolmentAction;
  readonly summary: string;
  /** What is taken from a partner is taken for a reason. */
  readonly body: typeof ReasonRequest | typeof NoteRequest;
}

const MOVES: readonly Move[] = [
  { action: 'approve', summary: 'Let a partner promote and earn', body: NoteRequest },
  { action: 'reject', summary: 'Turn an application down', body: ReasonRequest },
  { action: 'decline', summary: 'Note that a partner did not accept an invitation', body: NoteRequest },
  { action: 'suspend', summary: 'Stop a partner for now; what it earned stays, and waits', body: ReasonRequest },
  { action: 'reinstate', summary: 'Let a suspended partner go on', body: NoteRequest },
  { action: 'terminate', summary: 'End a suspended enrolment for good', body: ReasonRequest },
];

export const enrolmentRoutes = (
  reader: PartnerReader,
  moveEnrolment: MoveEnrolment,
  groupEnrolment: GroupEnrolment,
): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/enrolments/{enrolmentId}',
    operationId: 'getEnrolment',
    tag: 'partners',
    summary: "A partner's place in a program",
    access: { scope: 'partners:read' },
    params: EnrolmentPath,
    success: { 200: EnrolmentView },
    errors: ['partners.not_found'],
    handle: async ({ actor, params }) => {
      const found = await reader.enrolment(params.enrolmentId);
      const absent = notFound('enrolment', params.enrolmentId);
      return enrolmentView(visible(actor, found, ({ partnerId }) => partnerId, absent));
    },
  }),
  route({
    method: 'put',
    path: '/v1/enrolments/{enrolmentId}/groups',
    operationId: 'groupEnrolment',
    tag: 'partners',
    summary: 'Say which groups of the program a partner is in, all at once',
    description: 'Orders credited from then on are judged by them; what was credited before keeps the groups it had.',
    access: { scope: 'partners:write' },
    params: EnrolmentPath,
    body: GroupsRequest,
    success: { 200: EnrolmentView },
    errors: ['partners.not_found'],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      return groupEnrolment.run(params.enrolmentId, body.groups, actor.subject);
    },
    respond: (enrolment) => ({ status: 200, body: enrolmentView(enrolment) }),
  }),
  ...moveRoutes(moveEnrolment),
];

const moveRoutes = (moveEnrolment: MoveEnrolment): readonly Route[] =>
  MOVES.map(({ action, summary, body }) =>
    route({
      method: 'post',
      path: `/v1/enrolments/{enrolmentId}/${action}`,
      operationId: `${action}Enrolment`,
      tag: 'partners',
      summary,
      access: { scope: 'partners:write' },
      params: EnrolmentPath,
      body,
      success: { 200: EnrolmentView },
      errors: ['partners.not_found', 'partners.illegal_move'],
      handle: (request) => {
        mustBeStaff(request.actor);
        return moveEnrolment.run(request.params.enrolmentId, action, request.actor.subject, request.body.reason);
      },
      respond: (enrolment) => ({ status: 200, body: enrolmentView(enrolment) }),
    }),
  );
