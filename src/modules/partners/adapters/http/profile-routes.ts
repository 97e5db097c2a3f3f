import { mustSee } from '../../../../infrastructure/http/authenticate.ts';
import { etagOf, seenVersion } from '../../../../infrastructure/http/precondition.ts';
import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { ChangePayoutProfile } from '../../application/change-payout-profile.ts';
import type { StoredProfile } from '../../domain/payout-profile.ts';
import type { PartnerReader } from '../../ports/partner-reader.ts';
import { PayoutProfileRequest, payoutProfileView, PayoutProfileView } from './profile-views.ts';
import { PartnerPath } from './views.ts';

export const profileRoutes = (reader: PartnerReader, changeProfile: ChangePayoutProfile): readonly Route[] => [
  ...writes(changeProfile),
  ...reads(reader),
];

const writes = (changeProfile: ChangePayoutProfile): readonly Route[] => [
  route({
    method: 'put',
    path: '/v1/partners/{partnerId}/payout-profile',
    operationId: 'changePayoutProfile',
    tag: 'partners',
    summary: "Say where a partner's money goes from now on",
    description:
      'Staff, or the partner itself. The first time send `If-None-Match: *`; later `If-Match` with the ETag you saw.',
    access: { scope: 'payout_profiles:write' },
    params: PartnerPath,
    body: PayoutProfileRequest,
    versioned: true,
    success: { 200: PayoutProfileView },
    errors: [
      'partners.not_found',
      'partners.profile_refused',
      'partners.malformed_account',
      'partners.malformed_bank',
      'partners.malformed_wallet',
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

const reads = (reader: PartnerReader): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/partners/{partnerId}/payout-profile',
    operationId: 'getPayoutProfile',
    tag: 'partners',
    summary: "Where a partner's money goes, masked",
    access: { scope: 'partners:read' },
    params: PartnerPath,
    versioned: true,
    success: { 200: PayoutProfileView },
    errors: ['partners.no_payout_profile'],
    handle: async ({ actor, params }) => {
      mustSee(actor, params.partnerId);
      const stored = await reader.profile(params.partnerId);
      if (stored === undefined)
        throw new AppError('not_found', 'partners.no_payout_profile', 'nobody has said yet where the money goes');
      return stored;
    },
    respond: shown,
  }),
];

const shown = (stored: StoredProfile): Answer => ({
  status: 200,
  headers: { ETag: etagOf(stored.version), 'Cache-Control': 'no-store' },
  body: payoutProfileView(stored),
});
