import { confinedTo, mustBeStaff, visible } from '../../../../infrastructure/http/authenticate.ts';
import { toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { ImportLinks } from '../../application/traffic/import-links.ts';
import type { MakeLink } from '../../application/traffic/make-link.ts';
import type { MoveLink } from '../../application/traffic/move-link.ts';
import type { AttributionReader } from '../../ports/attribution-reader.ts';
import {
  LinkImportRequest,
  LinkImportView,
  linkImportView,
  LinkPage,
  LinkPath,
  LinkQuery,
  linkView,
  LinkView,
  NewLinkRequest,
} from './link-views.ts';

export interface LinkRouteParts {
  readonly reader: AttributionReader;
  readonly makeLink: MakeLink;
  readonly importLinks: ImportLinks;
  readonly moveLink: MoveLink;
  /** In front of `/r/…`; empty when nobody told us how the world reaches us. */
  readonly publicUrl: string;
}

export const linkRoutes = ({
  reader,
  makeLink,
  importLinks,
  moveLink,
  publicUrl,
}: LinkRouteParts): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/links',
    operationId: 'makeLink',
    tag: 'attribution',
    summary: 'Make a link',
    access: { scope: 'links:write' },
    body: NewLinkRequest,
    success: { 201: LinkView },
    errors: [
      'attribution.partner_missing',
      'attribution.unknown_program',
      'attribution.not_enrolled',
      'attribution.destination_not_allowed',
      'attribution.code_taken',
    ],
    handle: ({ actor, body }) => {
      const partnerId = confinedTo(actor, body.partnerId);
      if (partnerId === undefined) throw partnerMissing();
      const { programId, code, destination } = body;
      return makeLink.run({ programId, partnerId, code, destination });
    },
    respond: (link) => created(`/v1/links/${link.linkId}`, linkView(link, publicUrl)),
  }),
  route({
    method: 'post',
    path: '/v1/links/import',
    operationId: 'importLinks',
    tag: 'attribution',
    summary: 'Make up to 500 links at once',
    description:
      'Idempotent by code: a link that stands already, of the same partner and program, is kept and leads where you say ' +
      'now. Each is judged by itself. 200: all stand. 207: some were refused.',
    access: { scope: 'links:write' },
    body: LinkImportRequest,
    success: { 200: LinkImportView, 207: LinkImportView },
    errors: [
      'attribution.unknown_program',
      'attribution.not_enrolled',
      'attribution.destination_not_allowed',
      'attribution.code_taken',
      'attribution.code_repeated',
    ],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      return importLinks.run(body.links);
    },
    respond: (results) => {
      const body = linkImportView(results);
      return { status: body.refused === 0 ? 200 : 207, body };
    },
  }),
  route({
    method: 'get',
    path: '/v1/links',
    operationId: 'listLinks',
    tag: 'attribution',
    summary: 'Links, oldest first',
    access: { scope: 'links:read' },
    query: LinkQuery,
    success: { 200: LinkPage },
    handle: async ({ actor, query }) => {
      const partnerId = confinedTo(actor, query.partnerId);
      const { data, nextCursor } = await reader.links(toPageRequest(query), { programId: query.programId, partnerId });
      return { data: data.map((link) => linkView(link, publicUrl)), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/links/{linkId}',
    operationId: 'getLink',
    tag: 'attribution',
    summary: 'A link',
    access: { scope: 'links:read' },
    params: LinkPath,
    success: { 200: LinkView },
    errors: ['attribution.unknown_link'],
    handle: async ({ actor, params }) => {
      const absent = new AppError('not_found', 'attribution.unknown_link', `there is no link ${params.linkId}`);
      const link = visible(actor, await reader.link(params), ({ partnerId }) => partnerId, absent);
      return linkView(link, publicUrl);
    },
  }),
  ...(['suspend', 'resume'] as const).map((action) =>
    route({
      method: 'post',
      path: `/v1/links/{linkId}/${action}`,
      operationId: `${action}Link`,
      tag: 'attribution',
      summary: action === 'suspend' ? 'Stop crediting clicks on a link' : 'Credit clicks on a link again',
      access: { scope: 'links:write' },
      params: LinkPath,
      success: { 200: LinkView },
      errors: ['attribution.unknown_link', 'attribution.illegal_move'],
      handle: ({ actor, params }) => {
        mustBeStaff(actor);
        return moveLink.run(params.linkId, action);
      },
      respond: (link) => ({ status: 200, body: linkView(link, publicUrl) }),
    }),
  ),
];

const partnerMissing = (): AppError =>
  new AppError('invalid', 'attribution.partner_missing', 'say whose link it is: send partnerId', {
    faults: [{ pointer: '/partnerId', code: 'attribution.partner_missing', detail: 'is needed from staff' }],
  });
