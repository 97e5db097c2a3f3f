import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Actor } from '../../../../shared/actor.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsBag, IsIdOf, IsInstant, IsListOf } from '../../../../shared/fields.ts';
import { instant } from '../../../../shared/instant.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { PublishTerms } from '../../application/terms/publish-terms.ts';
import { believed } from '../../domain/terms/believed-terms.ts';
import { termsForPartner } from '../../domain/explaining/for-partner.ts';
import type { TermsVersion } from '../../domain/terms/terms.ts';
import type { TermsId } from '../../index.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';
import { AcknowledgedRequest, TermsProgramPath } from './draft-views.ts';
import { TermsListView, TermsView } from './views.ts';

class TermsPath {
  @IsIdOf('trm') readonly termsId!: TermsId;
}

class TermsQuery {
  @IsInstant({ optional: true, description: 'Only the version in force for orders placed then' })
  readonly effectiveAt?: string;
  @IsInstant({ optional: true, description: 'As it was known then: without what was published later' })
  readonly knownAt?: string;
}

class PublishTermsRequest {
  @IsBag({ description: 'The terms; docs/terms.md teaches the language' }) readonly terms!: object;
  @IsInstant({ description: 'Applies to orders placed from then on' }) readonly effectiveFrom!: string;
  @IsListOf(() => AcknowledgedRequest, { max: 1_000, optional: true, description: 'Warnings you have seen and mean' })
  readonly acknowledged?: readonly AcknowledgedRequest[];
}

export const PUBLISHING = [
  'commission.terms_invalid',
  'commission.warnings_open',
  'commission.terms_back_dated',
  'commission.notice_too_short',
  'commission.terms_version_taken',
] as const;

const publish = (publishTerms: PublishTerms): Route =>
  route({
    method: 'post',
    path: '/v1/programs/{programId}/terms',
    operationId: 'publishTerms',
    tag: 'commission',
    summary: 'Publish the next version of a program’s terms, without a draft that somebody reviews',
    description:
      'The first version of a program; a later one takes the scope `terms:publish` too, as policy kept in code has. ' +
      '201: a version was published. 200: the newest says the same from the same moment; that is it.',
    access: { scope: 'terms:write' },
    params: TermsProgramPath,
    body: PublishTermsRequest,
    success: { 200: TermsView, 201: TermsView },
    errors: ['commission.unknown_program', 'commission.review_needed', ...PUBLISHING],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      return publishTerms.run({
        programId: params.programId,
        terms: body.terms,
        effectiveFrom: instant(body.effectiveFrom),
        acknowledged: body.acknowledged,
        by: actor.subject,
        mayReplace: actor.scopes.has('terms:publish'),
      });
    },
    respond: ({ version, isNew }) =>
      isNew ? created(`/v1/terms/${version.termsId}`, version) : { status: 200, body: version },
  });

/** A partner does not read what others have agreed on. */
const seenBy = async (
  partners: PartnersPort,
  { partnerId }: Actor,
  versions: readonly TermsVersion[],
): Promise<readonly TermsVersion[]> => {
  const [first] = versions;
  if (partnerId === undefined || first === undefined) return versions;
  const [enrolment] = await partners.enrolments(first.programId, [partnerId]);
  const groups = enrolment?.groups ?? [];
  return versions.map((version) => ({ ...version, terms: termsForPartner(version.terms, partnerId, groups) }));
};

const list = (reader: CommissionReader, partners: PartnersPort): Route =>
  route({
    method: 'get',
    path: '/v1/programs/{programId}/terms',
    operationId: 'listTerms',
    tag: 'commission',
    summary: 'All versions of a program’s terms, or the one in force at a moment',
    description:
      'Two clocks: `effectiveAt` asks which version judges an order placed then, `knownAt` what had been published by ' +
      'then. Together: what was believed on one day about another. A partner reads its own agreements in `overrides`, ' +
      'and of other partners only that they are there; `hash` is of the whole.',
    access: { scope: 'terms:read' },
    params: TermsProgramPath,
    query: TermsQuery,
    success: { 200: TermsListView },
    handle: async ({ actor, params, query: { effectiveAt, knownAt } }) => {
      const versions = believed(await reader.termsVersions(params.programId), {
        effectiveAt: effectiveAt === undefined ? undefined : instant(effectiveAt),
        knownAt: knownAt === undefined ? undefined : instant(knownAt),
      });
      return { data: await seenBy(partners, actor, versions) };
    },
  });

const get = (reader: CommissionReader, partners: PartnersPort): Route =>
  route({
    method: 'get',
    path: '/v1/terms/{termsId}',
    operationId: 'getTerms',
    tag: 'commission',
    summary: 'One version of terms, as it was published; to a partner without the agreements of others',
    access: { scope: 'terms:read' },
    params: TermsPath,
    success: { 200: TermsView },
    errors: ['commission.terms_not_found'],
    handle: async ({ actor, params }) => {
      const version = await reader.termsVersion(params.termsId);
      const [seen] = await seenBy(partners, actor, version === undefined ? [] : [version]);
      if (seen === undefined)
        throw new AppError('not_found', 'commission.terms_not_found', `there are no terms ${params.termsId}`);
      return seen;
    },
  });

export const termsRoutes = (
  reader: CommissionReader,
  partners: PartnersPort,
  publishTerms: PublishTerms,
): readonly Route[] => [publish(publishTerms), list(reader, partners), get(reader, partners)];
