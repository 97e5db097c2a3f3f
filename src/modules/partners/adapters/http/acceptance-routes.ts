import { confinedTo, mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsFlag, IsIdOf, IsInstant, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { AcceptTerms } from '../../application/accept-terms.ts';
import type { RequireAcceptance } from '../../application/require-acceptance.ts';
import type { PartnerId, ProgramId } from '../../index.ts';
import type { PartnerReader } from '../../ports/partner-reader.ts';
import { ProgramPath, ProgramView, programView } from './program-views.ts';

class TermsPath {
  @IsIdOf('trm') readonly termsId!: Id<'trm'>;
}

const HASH = { min: 64, max: 64, pattern: /^[0-9a-f]{64}$/ } as const;

class AcceptanceRequest {
  @IsText({ ...HASH, description: 'Of the words you have read, as `GET /v1/terms/{termsId}` shows it' })
  readonly hash!: string;
}

class AcceptanceView {
  @IsIdOf('prg') readonly programId!: ProgramId;
  @IsIdOf('par') readonly partnerId!: PartnerId;
  @IsIdOf('trm') readonly termsId!: Id<'trm'>;
  @IsText(HASH) readonly hash!: string;
  @IsInstant() readonly acceptedAt!: Instant;
  @IsText({ max: 300, description: 'Who held the partner’s token' }) readonly acceptedBy!: string;
}

const AcceptancePage = pageOfShape(AcceptanceView);

class RequirementRequest {
  @IsFlag() readonly required!: boolean;
}

const accept = (acceptTerms: AcceptTerms): Route =>
  route({
    method: 'post',
    path: '/v1/terms/{termsId}/acceptances',
    operationId: 'acceptTerms',
    tag: 'partners',
    summary: 'Accept a version of terms, by the hash of its words',
    description: 'By the partner alone; said again, it is what was said first.',
    access: { scope: 'terms:accept' },
    params: TermsPath,
    body: AcceptanceRequest,
    success: { 201: AcceptanceView },
    problems: [422],
    errors: ['partners.not_found', 'partners.other_words', 'partners.partner_only'],
    handle: async ({ actor, params, body }) => {
      if (actor.partnerId === undefined)
        throw new AppError(
          'forbidden',
          'partners.partner_only',
          'only the partner itself accepts terms, with its own token',
        );
      return acceptTerms.run(params.termsId, { partnerId: actor.partnerId, hash: body.hash, by: actor.subject });
    },
  });

const list = (reader: PartnerReader): Route =>
  route({
    method: 'get',
    path: '/v1/terms/{termsId}/acceptances',
    operationId: 'listAcceptances',
    tag: 'partners',
    summary: 'Who has accepted a version of terms, and when',
    description: 'A partner sees its own alone.',
    access: { scope: 'partners:read' },
    params: TermsPath,
    query: PageQuery,
    success: { 200: AcceptancePage },
    handle: ({ actor, params, query }) =>
      reader.acceptancePage(params.termsId, toPageRequest(query), confinedTo(actor)),
  });

const requirement = (requireAcceptance: RequireAcceptance): Route =>
  route({
    method: 'put',
    path: '/v1/programs/{programId}/terms-acceptance',
    operationId: 'requireTermsAcceptance',
    tag: 'partners',
    summary: 'Say whether commissions wait until the partner has accepted the terms that judge them',
    description: 'They accrue all the same; until the partner accepts they do not lock, and say why.',
    access: { scope: 'programs:write' },
    params: ProgramPath,
    body: RequirementRequest,
    success: { 200: ProgramView },
    errors: ['partners.not_found'],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      return requireAcceptance.run(params.programId, body.required);
    },
    respond: (program) => ({ status: 200, body: programView(program) }),
  });

export const acceptanceRoutes = (
  reader: PartnerReader,
  acceptTerms: AcceptTerms,
  requireAcceptance: RequireAcceptance,
): readonly Route[] => [accept(acceptTerms), list(reader), requirement(requireAcceptance)];
