/** What history would have earned by other terms: asked for, gone through by a job, and shown. */
import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { AskBacktest } from '../../application/backtests/ask-backtest.ts';
import { draftNotFound } from '../../application/terms/draft-not-found.ts';
import type { Backtest } from '../../domain/backtest/backtest.ts';
import type { TermsDraftId } from '../../index.ts';
import type { Backtests } from '../../ports/backtests.ts';
import type { TermsDraftReader } from '../../ports/terms-drafts.ts';
import {
  BacktestPage,
  BacktestPath,
  BacktestView,
  backtestView,
  PeriodRequest,
  periodOf,
  WordsRequest,
} from './backtest-views.ts';

class ProgramPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

class DraftPath {
  @IsIdOf('tdr') readonly draftId!: TermsDraftId;
}

const ASKING = ['commission.period_empty', 'commission.terms_invalid', 'commission.unknown_program'];

const accepted = (backtest: Backtest): Answer => ({
  status: 202,
  headers: { Location: `/v1/backtests/${backtest.backtestId}` },
  body: backtestView(backtest),
});

const ofDraft = (ask: AskBacktest, drafts: TermsDraftReader): Route =>
  route({
    method: 'post',
    path: '/v1/terms/{draftId}/backtest',
    operationId: 'backtestDraft',
    tag: 'commission',
    summary: 'Rehearse a draft of terms on past orders',
    description:
      'A job goes through them; `GET /v1/backtests/{backtestId}` shows how far it has come, then what came out.',
    access: { scope: 'terms:write' },
    params: DraftPath,
    body: PeriodRequest,
    success: { 202: BacktestView },
    errors: [...ASKING, 'commission.draft_not_found'],
    handle: async ({ actor, params: { draftId }, body }) => {
      mustBeStaff(actor);
      const draft = await drafts.find(draftId);
      if (draft === undefined) throw draftNotFound(draftId);
      return ask.run({ programId: draft.programId, draftId, ...periodOf(body) }, actor.subject);
    },
    respond: accepted,
  });

const ofWords = (ask: AskBacktest): Route =>
  route({
    method: 'post',
    path: '/v1/programs/{programId}/backtests',
    operationId: 'backtest',
    tag: 'commission',
    summary: 'Rehearse a draft, a version or any terms on past orders; or history itself',
    access: { scope: 'terms:write' },
    params: ProgramPath,
    body: WordsRequest,
    success: { 202: BacktestView },
    errors: [...ASKING, 'commission.subject_unclear', 'commission.draft_not_found', 'commission.terms_not_found'],
    handle: ({ actor, params: { programId }, body }) => {
      mustBeStaff(actor);
      const { draftId, termsId, terms } = body;
      return ask.run({ programId, draftId, termsId, terms, ...periodOf(body) }, actor.subject);
    },
    respond: accepted,
  });

const list = (backtests: Backtests): Route =>
  route({
    method: 'get',
    path: '/v1/programs/{programId}/backtests',
    operationId: 'listBacktests',
    tag: 'commission',
    summary: 'Back-tests of a program, oldest first',
    access: { scope: 'terms:read' },
    params: ProgramPath,
    query: PageQuery,
    success: { 200: BacktestPage },
    handle: async ({ actor, params, query }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await backtests.page(params.programId, toPageRequest(query));
      return { data: data.map(backtestView), nextCursor };
    },
  });

const show = (backtests: Backtests): Route =>
  route({
    method: 'get',
    path: '/v1/backtests/{backtestId}',
    operationId: 'getBacktest',
    tag: 'commission',
    summary: 'How far a back-test has come, and what came out',
    access: { scope: 'terms:read' },
    params: BacktestPath,
    success: { 200: BacktestView },
    errors: ['commission.backtest_not_found'],
    handle: async ({ actor, params: { backtestId } }) => {
      mustBeStaff(actor);
      const found = await backtests.find(backtestId);
      if (found === undefined)
        throw new AppError('not_found', 'commission.backtest_not_found', `there is no back-test ${backtestId}`);
      return backtestView(found);
    },
  });

export const backtestRoutes = (backtests: Backtests, ask: AskBacktest, drafts: TermsDraftReader): readonly Route[] => [
  ofDraft(ask, drafts),
  ofWords(ask),
  list(backtests),
  show(backtests),
];
