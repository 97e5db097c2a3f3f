import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdList, IsIdOf, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { DecideMatch, MatchByHand } from '../../application/reconciliation/match-by-hand.ts';
import type { SuggestMatches } from '../../application/reconciliation/suggest-matches.ts';
import type { UndoMatch } from '../../application/reconciliation/undo-match.ts';
import type { ExpectedId } from '../../domain/reconciliation/expected.ts';
import type { Match, MatchId, MatchState } from '../../domain/reconciliation/match.ts';
import type { LineId } from '../../domain/reconciliation/reconciliation.ts';
import type { PayoutId } from '../../index.ts';
import type { ReconciliationReader } from '../../ports/reconciliation-reader.ts';
import { decisionRoute } from './decision-route.ts';
import type { SuspenseState } from '../../ports/reconciliation.ts';
import {
  IsExpectedId,
  LINE_STATES,
  MATCH_STATES,
  MatchView,
  matchView,
  SuggestionsView,
  suggestionsView,
  SuspendedLineView,
  suspendedView,
} from './reconciliation-views.ts';

class LineQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsOneOf(LINE_STATES, { optional: true }) readonly state?: SuspenseState;
}

class MatchQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsOneOf(MATCH_STATES, { optional: true }) readonly state?: MatchState;
}

class LinePath {
  @IsIdOf('lin') readonly lineId!: LineId;
}

class MatchPath {
  @IsIdOf('mtc') readonly matchId!: MatchId;
}

class MatchRequest {
  @IsIdList('lin', { min: 1, max: 1_000, description: 'Lines that stand in suspense' })
  readonly lineIds!: readonly LineId[];
  @IsIdList('pay', {
    max: 1_000,
    description: 'None, where the lines take each other back, or one confirms `expectedId`',
  })
  readonly payoutIds!: readonly PayoutId[];
  @IsExpectedId('The trade or remittance that the one line confirms') readonly expectedId?: ExpectedId;
  @IsText({ max: 500, optional: true }) readonly note?: string;
}

export interface Matching {
  readonly suggest: SuggestMatches;
  readonly byHand: MatchByHand;
  readonly decide: DecideMatch;
  readonly undo: UndoMatch;
}

const FITTING = [
  'settlement.line_not_found',
  'settlement.line_not_open',
  'settlement.payout_not_found',
  'settlement.match_does_not_fit',
];

export const lineRoutes = (reader: ReconciliationReader, { suggest }: Pick<Matching, 'suggest'>): readonly Route[] => [
  linesRoute(reader),
  ...lineRoutesOf(suggest),
];

const linesRoute = (reader: ReconciliationReader): Route =>
  route({
    method: 'get',
    path: '/v1/reconciliation/lines',
    operationId: 'listSuspendedLines',
    tag: 'settlement',
    summary: 'Lines of the bank that nothing explained at once',
    access: { scope: 'settlement:read' },
    query: LineQuery,
    success: { 200: pageOfShape(SuspendedLineView) },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { programId, state } = query;
      const { data, nextCursor } = await reader.lines(toPageRequest(query), { programId, state });
      return { data: data.map(suspendedView), nextCursor };
    },
  });

const lineRoutesOf = (suggest: SuggestMatches): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/reconciliation/lines/{lineId}',
    operationId: 'getSuspendedLine',
    tag: 'settlement',
    summary: 'A line that stands, or stood, in suspense',
    access: { scope: 'settlement:read' },
    params: LinePath,
    success: { 200: SuspendedLineView },
    errors: ['settlement.line_not_found'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      return suspendedView(await suggest.known(params.lineId));
    },
  }),
  route({
    method: 'get',
    path: '/v1/reconciliation/lines/{lineId}/suggestions',
    operationId: 'suggestMatches',
    tag: 'settlement',
    summary: 'What a line may be about, how likely, and why',
    description: 'To accept one, send its lines with its payouts or `expectedId` to POST /v1/reconciliation/matches.',
    access: { scope: 'settlement:read' },
    params: LinePath,
    success: { 200: SuggestionsView },
    errors: ['settlement.line_not_found'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      return suggestionsView(await suggest.run(params.lineId));
    },
  }),
];

type Decide = (id: MatchId, by: string) => Promise<Match>;

/** `ring` tells whoever posts. */
export const matchRoutes = (
  reader: ReconciliationReader,
  { byHand, decide, undo }: Omit<Matching, 'suggest'>,
  ring: () => void,
): readonly Route[] => {
  const decision = (verb: string, summary: string, errors: readonly string[], run: Decide): Route =>
    decisionRoute({
      path: `/v1/reconciliation/matches/{matchId}/${verb}`,
      operationId: `${verb.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}Match`,
      summary,
      access: { scope: 'settlement:write' },
      params: MatchPath,
      errors: ['settlement.match_not_found', 'settlement.illegal_move', ...errors],
      view: MatchView,
      shown: matchView,
      decide: ({ matchId }, by) => run(matchId, by),
      ring,
    });
  return [
    ...matchLists(reader),
    handRoute(byHand, ring),
    decision('approve', 'Agree to a match that somebody proposed', ['settlement.four_eyes', ...FITTING], (id, by) =>
      decide.approve(id, by),
    ),
    decision('decline', 'Do not agree to it', [], (id, by) => decide.decline(id, by)),
    decision('undo', 'Undo a match, or propose it', ['settlement.match_is_final'], (id, by) => undo.run(id, by)),
    decision('approve-undo', 'Agree to undoing it', ['settlement.four_eyes'], (id, by) => undo.approve(id, by)),
    decision('keep', 'Leave it as it is after all', [], (id) => undo.keep(id)),
  ];
};

const handRoute = (byHand: MatchByHand, ring: () => void): Route =>
  route({
    method: 'post',
    path: '/v1/reconciliation/matches',
    operationId: 'matchByHand',
    tag: 'settlement',
    summary: 'Say which lines belong to which payouts, or which line confirms a trade or remittance',
    description: 'Made at once where the reference says the same and it is little money; proposed otherwise.',
    access: { scope: 'settlement:write' },
    body: MatchRequest,
    idempotency: 'required',
    success: { 200: MatchView },
    errors: FITTING,
    handle: async ({ actor, body }) => {
      mustBeStaff(actor);
      const { lineIds, payoutIds, expectedId, note } = body;
      const match = await byHand.run({ lineIds, payoutIds, expectedId, note, by: actor.subject });
      ring();
      return match;
    },
    respond: (match) => ({ status: 200, body: matchView(match) }),
  });

const matchLists = (reader: ReconciliationReader): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/reconciliation/matches',
    operationId: 'listMatches',
    tag: 'settlement',
    summary: 'What was matched with what, by which rule and by whom',
    access: { scope: 'settlement:read' },
    query: MatchQuery,
    success: { 200: pageOfShape(MatchView) },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { programId, state } = query;
      const { data, nextCursor } = await reader.matches(toPageRequest(query), { programId, state });
      return { data: data.map(matchView), nextCursor };
    },
  }),
];
