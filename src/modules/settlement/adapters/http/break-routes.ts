import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdList, IsIdOf, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { FixBreaks } from '../../application/reconciliation/fix-breaks.ts';
import { type Break, type BreakState, FIXES, type Fix } from '../../domain/reconciliation/break.ts';
import { BREAK_KINDS, type BreakKind } from '../../domain/reconciliation/classify.ts';
import type { PayoutId } from '../../index.ts';
import type { ReconciliationReader } from '../../ports/reconciliation-reader.ts';
import { decisionRoute } from './decision-route.ts';
import { BREAK_STATES, breakView, ReconciliationBreakView } from './reconciliation-views.ts';

class BreakQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsOneOf(BREAK_STATES, { optional: true }) readonly state?: BreakState;
  @IsOneOf(BREAK_KINDS, { optional: true }) readonly kind?: BreakKind;
}

class BreakPath {
  @IsIdOf('brk') readonly breakId!: Id<'brk'>;
}

class OwnerRequest {
  @IsText({ max: 300, description: 'Who looks into it' }) readonly owner!: string;
}

class FixRequest {
  @IsOneOf(FIXES, { optional: true, description: 'The likely one, unless told' }) readonly fix?: Fix;
  @IsIdList('pay', { max: 1_000, optional: true, description: 'For a match, if not the payout it is about' })
  readonly payoutIds?: readonly PayoutId[];
  @IsText({ max: 500, optional: true }) readonly note?: string;
}

const APPLYING = [
  'settlement.four_eyes',
  'settlement.line_not_found',
  'settlement.line_not_open',
  'settlement.payout_not_found',
  'settlement.match_does_not_fit',
  'settlement.fix_does_not_fit',
];

const ABOUT = { tag: 'settlement', access: { scope: 'settlement:write' }, params: BreakPath } as const;
const MISSING = ['settlement.break_not_found', 'settlement.illegal_move'];

type Shown = (found: Break) => ReconciliationBreakView;

/** `ring` tells whoever posts. */
export const breakRoutes = (
  reader: ReconciliationReader,
  fixes: FixBreaks,
  clock: Clock,
  ring: () => void,
): readonly Route[] => {
  const shown: Shown = (found) => breakView(found, clock.now());
  return [...breakLists(reader, shown), ...proposalRoutes(fixes, shown), ...decisionRoutes(fixes, shown, ring)];
};

const proposalRoutes = (fixes: FixBreaks, shown: Shown): readonly Route[] => [
  route({
    ...ABOUT,
    method: 'put',
    path: '/v1/reconciliation/breaks/{breakId}/owner',
    operationId: 'ownBreak',
    summary: 'Say who looks into a break',
    body: OwnerRequest,
    success: { 200: ReconciliationBreakView },
    errors: ['settlement.break_not_found'],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      return fixes.own(params.breakId, body.owner);
    },
    respond: (found) => ({ status: 200, body: shown(found) }),
  }),
  route({
    ...ABOUT,
    method: 'post',
    path: '/v1/reconciliation/breaks/{breakId}/propose',
    operationId: 'proposeFix',
    summary: 'Propose what to do about a break',
    body: FixRequest,
    idempotency: 'required',
    success: { 200: ReconciliationBreakView },
    errors: [...MISSING, 'settlement.fix_does_not_fit'],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      const { fix, payoutIds, note } = body;
      return fixes.propose({ breakId: params.breakId, fix, payoutIds, note, by: actor.subject });
    },
    respond: (found) => ({ status: 200, body: shown(found) }),
  }),
];

const decisionRoutes = (fixes: FixBreaks, shown: Shown, ring: () => void): readonly Route[] => {
  const about = { ...ABOUT, view: ReconciliationBreakView, shown, ring };
  return [
    decisionRoute({
      ...about,
      path: '/v1/reconciliation/breaks/{breakId}/approve',
      operationId: 'approveFix',
      summary: 'Agree to what somebody else proposed; it is posted',
      errors: [...MISSING, ...APPLYING],
      decide: ({ breakId }, by) => fixes.approve(breakId, by),
    }),
    decisionRoute({
      ...about,
      path: '/v1/reconciliation/breaks/{breakId}/withdraw',
      operationId: 'withdrawFix',
      summary: 'Do not agree, or think again: the break is open',
      errors: MISSING,
      decide: ({ breakId }) => fixes.withdraw(breakId),
    }),
  ];
};

const breakLists = (reader: ReconciliationReader, shown: Shown): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/reconciliation/breaks',
    operationId: 'listReconciliationBreaks',
    tag: 'settlement',
    summary: 'Where the bank and we do not agree',
    access: { scope: 'settlement:read' },
    query: BreakQuery,
    success: { 200: pageOfShape(ReconciliationBreakView) },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { programId, state, kind } = query;
      const { data, nextCursor } = await reader.breaks(toPageRequest(query), { programId, state, kind });
      return { data: data.map(shown), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/reconciliation/breaks/{breakId}',
    operationId: 'getReconciliationBreak',
    tag: 'settlement',
    summary: 'A break, with what was proposed',
    access: { scope: 'settlement:read' },
    params: BreakPath,
    success: { 200: ReconciliationBreakView },
    errors: ['settlement.break_not_found'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      const found = await reader.break(params.breakId);
      if (found !== undefined) return shown(found);
      throw new AppError('not_found', 'settlement.break_not_found', `there is no break ${params.breakId}`);
    },
  }),
];
