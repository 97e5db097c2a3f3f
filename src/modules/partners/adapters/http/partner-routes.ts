import { confinedTo, mustBeStaff, mustSee } from '../../../../infrastructure/http/authenticate.ts';
import { toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import type { ApplyToProgram } from '../../application/apply-to-program.ts';
import type { ImportPartners } from '../../application/import-partners.ts';
import { notFound } from '../../application/refusals.ts';
import type { PartnerReader } from '../../ports/partner-reader.ts';
import {
  EnrolmentRequest,
  EnrolmentView,
  enrolmentView,
  PartnerImportRequest,
  PartnerImportView,
  partnerImportView,
  PartnerPage,
  PartnerPath,
  PartnerQuery,
  PartnerRequest,
  PartnerView,
  partnerView,
} from './views.ts';

const APPLYING = [
  'partners.unknown_program',
  'partners.already_enrolled',
  'partners.ref_taken',
  'partners.unknown_recruiter',
  'partners.recruiter_twice',
] as const;

export const partnerRoutes = (
  reader: PartnerReader,
  applyToProgram: ApplyToProgram,
  importPartners: ImportPartners,
): readonly Route[] => [...applications(applyToProgram), ...imports(importPartners), ...reads(reader)];

const applications = (applyToProgram: ApplyToProgram): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/partners',
    operationId: 'applyAsPartner',
    tag: 'partners',
    summary: 'Apply to a program as a new partner',
    description: 'The application waits for a decision; an invitation waits for the partner to accept.',
    access: { scope: 'partners:write' },
    body: PartnerRequest,
    success: { 201: PartnerView },
    errors: APPLYING,
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      const { name, email, kind, ...application } = body;
      return applyToProgram.asNewPartner({ name, email, kind }, application, actor.subject);
    },
    respond: (listed) => created(`/v1/partners/${listed.partner.partnerId}`, partnerView(listed)),
  }),
  route({
    method: 'post',
    path: '/v1/partners/{partnerId}/enrolments',
    operationId: 'applyToAnotherProgram',
    tag: 'partners',
    summary: 'Apply to another program as a partner there is',
    access: { scope: 'partners:write' },
    params: PartnerPath,
    body: EnrolmentRequest,
    success: { 201: EnrolmentView },
    errors: ['partners.not_found', ...APPLYING],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      return applyToProgram.asPartner(params.partnerId, body, actor.subject);
    },
    respond: (enrolment) => created(`/v1/enrolments/${enrolment.enrolmentId}`, enrolmentView(enrolment)),
  }),
];

const imports = (importPartners: ImportPartners): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/partners/import',
    operationId: 'importPartners',
    tag: 'partners',
    summary: 'Bring up to 200 partners of a program up to date at once',
    description:
      'Idempotent by programId and externalRef: whoever is known is updated, whoever is not is created. Each is judged ' +
      'by itself. 200: all are as you want them. 207: some were refused; the others are done.',
    access: { scope: 'partners:write' },
    body: PartnerImportRequest,
    success: { 200: PartnerImportView, 207: PartnerImportView },
    errors: [
      'partners.unknown_program',
      'partners.ref_repeated',
      'partners.unknown_recruiter',
      'partners.recruiter_settled',
      'partners.recruit_cycle',
      'partners.malformed_account',
      'partners.malformed_bank',
      'partners.unknown_country',
      'partners.profile_race',
    ],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      return importPartners.run(body.programId, body.partners, actor.subject);
    },
    respond: (results) => {
      const body = partnerImportView(results);
      return { status: body.refused === 0 ? 200 : 207, body };
    },
  }),
];

const reads = (reader: PartnerReader): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/partners',
    operationId: 'listPartners',
    tag: 'partners',
    summary: 'Partners, oldest first',
    description: 'A partner sees itself alone.',
    access: { scope: 'partners:read' },
    query: PartnerQuery,
    success: { 200: PartnerPage },
    handle: async ({ actor, query }) => {
      const { programId, state, externalRef, group } = query;
      const filter = { programId, state, externalRef, group, partnerId: confinedTo(actor) };
      const { data, nextCursor } = await reader.partnerPage(toPageRequest(query), filter);
      return { data: data.map(partnerView), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/partners/{partnerId}',
    operationId: 'getPartner',
    tag: 'partners',
    summary: 'A partner and its place in each program',
    access: { scope: 'partners:read' },
    params: PartnerPath,
    success: { 200: PartnerView },
    errors: ['partners.not_found'],
    handle: async ({ actor, params }) => {
      mustSee(actor, params.partnerId);
      const [listed] = (await reader.partnerPage({ limit: 1 }, params)).data;
      if (listed === undefined) throw notFound('partner', params.partnerId);
      return partnerView(listed);
    },
  }),
];
