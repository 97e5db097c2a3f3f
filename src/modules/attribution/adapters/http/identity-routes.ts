import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import type { KeepIdentities } from '../../application/identity/keep-identities.ts';
import {
  IdentityPath,
  IdentityQuery,
  identityView,
  IdentityView,
  LinkRequest,
  MergePath,
  MergeQuery,
  mergeView,
  MergeView,
  UndoRequest,
} from './identity-views.ts';

const MergePage = pageOfShape(MergeView);

export const identityRoutes = (keep: KeepIdentities): readonly Route[] => [
  ...writes(keep),
  // Before the route whose path has a key in their place.
  ...merges(keep),
  identityRoute(keep),
];

const writes = (keep: KeepIdentities): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/identities/link',
    operationId: 'linkIdentities',
    tag: 'attribution',
    summary: 'Say that these are one customer’s (staff)',
    description:
      'For a call centre, a dealer, a login: give two or more of the fields that name a customer. Their touches and orders ' +
      'are decided by together from now on, and orders of before are decided again. What would join too much is kept as ' +
      '`refused`, for a person to look at. See docs/attribution.md.',
    access: { scope: 'identities:write' },
    body: LinkRequest,
    success: { 201: MergeView },
    errors: ['attribution.keys_too_few'],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      return keep.link(body, actor.subject);
    },
    respond: (merge) => created(`/v1/identities/merges/${merge.mergeId}`, mergeView(merge)),
  }),
  route({
    method: 'post',
    path: '/v1/identities/merges/{mergeId}/undo',
    operationId: 'undoMerge',
    tag: 'attribution',
    summary: 'Let a merge count no more (staff)',
    description:
      'What other merges connect stays one customer. Orders that it concerned are decided again. Done twice it is done once.',
    access: { scope: 'identities:write' },
    params: MergePath,
    body: UndoRequest,
    success: { 200: MergeView },
    errors: ['attribution.unknown_merge', 'attribution.merge_refused'],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      return keep.undo(params.mergeId, actor.subject, body.reason);
    },
    respond: (merge) => ({ status: 200, body: mergeView(merge) }),
  }),
];

const merges = (keep: KeepIdentities): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/identities/merges',
    operationId: 'listMerges',
    tag: 'attribution',
    summary: 'What was said of who is one customer (staff)',
    access: { scope: 'identities:read' },
    query: MergeQuery,
    success: { 200: MergePage },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const filter = { programId: query.programId, refused: query.state === 'refused' ? (true as const) : undefined };
      const { data, nextCursor } = await keep.merges(toPageRequest(query), filter);
      return { data: data.map(mergeView), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/identities/merges/{mergeId}',
    operationId: 'getMerge',
    tag: 'attribution',
    summary: 'A merge: who said what is one customer’s, and what became of it (staff)',
    access: { scope: 'identities:read' },
    params: MergePath,
    success: { 200: MergeView },
    errors: ['attribution.unknown_merge'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      return mergeView(await keep.merge(params.mergeId));
    },
  }),
];

const identityRoute = (keep: KeepIdentities): Route =>
  route({
    method: 'get',
    path: '/v1/identities/{key}',
    operationId: 'getIdentity',
    tag: 'attribution',
    summary: 'All that is one customer’s, and why (staff)',
    access: { scope: 'identities:read' },
    params: IdentityPath,
    query: IdentityQuery,
    success: { 200: IdentityView },
    errors: ['attribution.unknown_identity'],
    handle: async ({ actor, params, query }) => {
      mustBeStaff(actor);
      return identityView(query.programId, await keep.customer(query.programId, params.key));
    },
  });
