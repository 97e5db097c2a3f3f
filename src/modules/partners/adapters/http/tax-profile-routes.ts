import { mustSee } from '../../../../infrastructure/http/authenticate.ts';
import { etagOf, seenVersion } from '../../../../infrastructure/http/precondition.ts';
import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { ChangeTaxProfile } from '../../application/change-tax-profile.ts';
import type { StoredTaxProfile } from '../../domain/tax-profile.ts';
import type { PartnerReader } from '../../ports/partner-reader.ts';
import { TaxProfileRequest, TaxProfileView, taxProfileView } from './tax-profile-views.ts';
import { PartnerPath } from './views.ts';

export const taxProfileRoutes = (
  reader: Pick<PartnerReader, 'taxProfile'>,
  changeProfile: ChangeTaxProfile,
): readonly Route[] => [...writes(changeProfile), ...reads(reader)];

const writes = (changeProfile: ChangeTaxProfile): readonly Route[] => [
  route({
    method: 'put',
    path: '/v1/partners/{partnerId}/tax-profile',
    operationId: 'changeTaxProfile',
    tag: 'partners',
    summary: 'Say what a partner certifies to the tax office',
    description:
      'Staff, or the partner itself. The first time send `If-None-Match: *`; later `If-Match` with the ETag you saw. ' +
      'Every version is kept.',
    access: { scope: 'payout_profiles:write' },
    params: PartnerPath,
    body: TaxProfileRequest,
    versioned: true,
    success: { 200: TaxProfileView },
    errors: [
      'partners.not_found',
      'partners.tax_profile_refused',
      'partners.unknown_country',
      'http.precondition_required',
      'http.precondition_failed',
    ],
    handle: async ({ actor, params, body, header }) => {
      mustSee(actor, params.partnerId);
      return changeProfile.run(params.partnerId, body, seenVersion(header), actor.subject);
    },
    respond: shown,
  }),
];

const reads = (reader: Pick<PartnerReader, 'taxProfile'>): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/partners/{partnerId}/tax-profile',
    operationId: 'getTaxProfile',
    tag: 'partners',
    summary: 'What a partner has certified to the tax office, its number masked',
    access: { scope: 'partners:read' },
    params: PartnerPath,
    versioned: true,
    success: { 200: TaxProfileView },
    errors: ['partners.no_tax_profile'],
    handle: async ({ actor, params }) => {
      mustSee(actor, params.partnerId);
      const stored = await reader.taxProfile(params.partnerId);
      if (stored === undefined) {
        throw new AppError('not_found', 'partners.no_tax_profile', 'nothing is certified yet: PUT it here');
      }
      return stored;
    },
    respond: shown,
  }),
];

const shown = (stored: StoredTaxProfile): Answer => ({
  status: 200,
  headers: { ETag: etagOf(stored.version), 'Cache-Control': 'no-store' },
  body: taxProfileView(stored),
});
