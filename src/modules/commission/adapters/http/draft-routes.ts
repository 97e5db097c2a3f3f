/** Terms on their way: drafted, reviewed by another person, published. */
import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { etagOf, seenVersion } from '../../../../infrastructure/http/precondition.ts';
import { type Answer, created, type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Actor } from '../../../../shared/actor.ts';
import type { CheckDraft } from '../../application/terms/check-draft.ts';
import type { CompareDraft } from '../../application/terms/compare-draft.ts';
import { draftNotFound } from '../../application/terms/draft-not-found.ts';
import type { DraftName, DraftTerms } from '../../application/terms/draft-terms.ts';
import type { PublishTerms } from '../../application/terms/publish-terms.ts';
import type { CheckedDraft, TermsDraft } from '../../domain/terms/terms-draft.ts';
import type { TermsDraftReader } from '../../ports/terms-drafts.ts';
import {
  DiffView,
  DraftPage,
  DraftPath,
  DraftRequest,
  DraftView,
  draftView,
  ReviewRequest,
  TermsProgramPath,
  wordsOf,
} from './draft-views.ts';
import { PUBLISHING } from './terms-routes.ts';
import { TermsView } from './views.ts';

const DRAFTS = '/v1/programs/{programId}/terms/drafts';
const DRAFT = `${DRAFTS}/{draftId}`;

const shown = (draft: CheckedDraft): Answer => ({
  status: 200,
  headers: { ETag: etagOf(draft.revision) },
  body: draftView(draft),
});

const begin = (draftTerms: DraftTerms): Route =>
  route({
    method: 'post',
    path: DRAFTS,
    operationId: 'draftTerms',
    tag: 'commission',
    summary: 'Begin a draft of a program’s next terms',
    description: 'A draft may be unreadable: `errors` and `warnings` say what is left to do.',
    access: { scope: 'terms:write' },
    params: TermsProgramPath,
    body: DraftRequest,
    success: { 201: DraftView },
    errors: ['commission.unknown_program'],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      return draftTerms.begin(params.programId, wordsOf(body), actor.subject);
    },
    respond: (draft) => created(`/v1/programs/${draft.programId}/terms/drafts/${draft.draftId}`, draftView(draft)),
  });

const change = (draftTerms: DraftTerms): Route =>
  route({
    method: 'put',
    path: DRAFT,
    operationId: 'changeTermsDraft',
    tag: 'commission',
    summary: 'Write a draft anew',
    description: 'Send `If-Match` with the ETag you saw. Only while it is a draft; whoever writes may not review it.',
    access: { scope: 'terms:write' },
    params: DraftPath,
    body: DraftRequest,
    versioned: true,
    success: { 200: DraftView },
    errors: [
      'commission.draft_not_found',
      'commission.illegal_move',
      'http.precondition_required',
      'http.precondition_failed',
    ],
    handle: async ({ actor, params, body, header }) => {
      mustBeStaff(actor);
      return draftTerms.change(params, wordsOf(body), actor.subject, seenVersion(header));
    },
    respond: shown,
  });

interface Move {
  readonly action: 'submit' | 'discard';
  readonly summary: string;
  readonly errors: readonly string[];
  readonly run: (draftTerms: DraftTerms, name: DraftName) => Promise<CheckedDraft>;
}

const MOVES: readonly Move[] = [
  {
    action: 'submit',
    summary: 'Ask for a review; what is submitted changes no more until it is sent back',
    errors: ['commission.terms_invalid'],
    run: (draftTerms, name) => draftTerms.submit(name),
  },
  {
    action: 'discard',
    summary: 'Give a draft up',
    errors: [],
    run: (draftTerms, name) => draftTerms.discard(name),
  },
];

const moves = (draftTerms: DraftTerms): readonly Route[] =>
  MOVES.map(({ action, summary, errors, run }) =>
    route({
      method: 'post',
      path: `${DRAFT}/${action}`,
      operationId: `${action}TermsDraft`,
      tag: 'commission',
      summary,
      access: { scope: 'terms:write' },
      params: DraftPath,
      success: { 200: DraftView },
      errors: ['commission.draft_not_found', 'commission.illegal_move', ...errors],
      handle: ({ actor, params }) => {
        mustBeStaff(actor);
        return run(draftTerms, params);
      },
      respond: shown,
    }),
  );

const review = (draftTerms: DraftTerms): Route =>
  route({
    method: 'post',
    path: `${DRAFT}/review`,
    operationId: 'reviewTermsDraft',
    tag: 'commission',
    summary: 'Approve a submitted draft, or send it back with a note',
    description:
      'By somebody who wrote none of it. Send `If-Match` with the ETag you saw. To approve, acknowledge each warning ' +
      'by its pointer and code.',
    access: { scope: 'terms:review' },
    params: DraftPath,
    body: ReviewRequest,
    versioned: true,
    success: { 200: DraftView },
    errors: [
      'commission.draft_not_found',
      'commission.illegal_move',
      'commission.own_words',
      'commission.terms_invalid',
      'commission.warnings_open',
      'http.precondition_required',
      'http.precondition_failed',
    ],
    handle: async ({ actor, params, body, header }) => {
      mustBeStaff(actor);
      const { decision, note, acknowledged = [] } = body;
      const verdict = { decision, note, acknowledged, by: actor.subject, seen: seenVersion(header) };
      return draftTerms.review(params, verdict);
    },
    respond: shown,
  });

const publish = (publishTerms: PublishTerms): Route =>
  route({
    method: 'post',
    path: `${DRAFT}/publish`,
    operationId: 'publishTermsDraft',
    tag: 'commission',
    summary: 'Publish an approved draft as the next version',
    access: { scope: 'terms:write' },
    params: DraftPath,
    success: { 201: TermsView },
    errors: ['commission.draft_not_found', 'commission.illegal_move', ...PUBLISHING],
    handle: ({ actor, params }) => {
      mustBeStaff(actor);
      return publishTerms.draft(params, actor.subject);
    },
    respond: (version) => created(`/v1/terms/${version.termsId}`, version),
  });

const seen = async (reader: TermsDraftReader, actor: Actor, { programId, draftId }: DraftName): Promise<TermsDraft> => {
  mustBeStaff(actor);
  const draft = await reader.find(draftId);
  if (draft?.programId !== programId) throw draftNotFound(draftId);
  return draft;
};

const list = (reader: TermsDraftReader, check: CheckDraft): Route =>
  route({
    method: 'get',
    path: DRAFTS,
    operationId: 'listTermsDrafts',
    tag: 'commission',
    summary: 'Drafts of a program’s terms, oldest first; published and discarded ones too',
    access: { scope: 'terms:read' },
    params: TermsProgramPath,
    query: PageQuery,
    success: { 200: DraftPage },
    handle: async ({ actor, params, query }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await reader.page(params.programId, toPageRequest(query));
      const checked = await Promise.all(data.map((draft) => check.run(draft)));
      return { data: checked.map(draftView), nextCursor };
    },
  });

const get = (reader: TermsDraftReader, check: CheckDraft): Route =>
  route({
    method: 'get',
    path: DRAFT,
    operationId: 'getTermsDraft',
    tag: 'commission',
    summary: 'A draft, with what the reader and the linter say of it',
    access: { scope: 'terms:read' },
    params: DraftPath,
    versioned: true,
    success: { 200: DraftView },
    errors: ['commission.draft_not_found'],
    handle: async ({ actor, params }) => check.run(await seen(reader, actor, params)),
    respond: shown,
  });

const diff = (reader: TermsDraftReader, compareDraft: CompareDraft): Route =>
  route({
    method: 'get',
    path: `${DRAFT}/diff`,
    operationId: 'diffTermsDraft',
    tag: 'commission',
    summary: 'What a draft changes, in words, beside the version it would follow',
    access: { scope: 'terms:read' },
    params: DraftPath,
    success: { 200: DiffView },
    errors: ['commission.draft_not_found', 'commission.terms_invalid'],
    handle: async ({ actor, params }) => {
      const { before, differences } = await compareDraft.run(await seen(reader, actor, params));
      const comparedWith = before === undefined ? null : { termsId: before.termsId, version: before.version };
      return { comparedWith, differences };
    },
  });

interface DraftSteps {
  readonly draft: DraftTerms;
  readonly check: CheckDraft;
  readonly publish: PublishTerms;
  readonly compare: CompareDraft;
}

export const draftRoutes = (reader: TermsDraftReader, steps: DraftSteps): readonly Route[] => [
  begin(steps.draft),
  list(reader, steps.check),
  get(reader, steps.check),
  change(steps.draft),
  ...moves(steps.draft),
  review(steps.draft),
  publish(steps.publish),
  diff(reader, steps.compare),
];
