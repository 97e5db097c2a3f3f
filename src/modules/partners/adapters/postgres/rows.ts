/** Rows of the module's tables, and the records they hold. */
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Vault } from '../../../../shared/vault.ts';
import type { Enrolment } from '../../domain/enrolment.ts';
import type { Partner, PartnerKind } from '../../domain/partner.ts';
import type { StoredProfile } from '../../domain/payout-profile.ts';
import type { Program } from '../../domain/program.ts';
import type { EnrolmentState, PartnerId, PayoutProfile } from '../../index.ts';

export interface ProgramRow {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly time_zone: string;
  readonly destination: string;
  readonly allowed_hosts: readonly string[];
  readonly click_parameter: string;
  readonly minimum_payout_minor: bigint;
  readonly requires_acceptance: boolean;
  readonly created_at: Instant;
}

export const toProgram = (row: ProgramRow): Program => ({
  programId: fromUuid('prg', row.id),
  name: row.name,
  currency: row.currency,
  timeZone: row.time_zone,
  destination: row.destination,
  allowedHosts: row.allowed_hosts,
  clickParameter: row.click_parameter,
  minimumPayout: { minor: row.minimum_payout_minor.toString(), currency: row.currency },
  requiresAcceptance: row.requires_acceptance,
  createdAt: row.created_at,
});

export interface PartnerRow {
  readonly id: string;
  readonly name: string;
  readonly kind: PartnerKind;
  readonly email_sealed: string;
  readonly email_fingerprint: string;
  readonly created_at: Instant;
}

export const emailSealOf = (partnerId: PartnerId): string => `partners.partners/${partnerId}/email`;

export const toPartner = (row: PartnerRow, vault: Vault): Partner => {
  const partnerId = fromUuid('par', row.id);
  return {
    partnerId,
    name: row.name,
    kind: row.kind,
    email: vault.open(row.email_sealed, emailSealOf(partnerId)),
    emailFingerprint: row.email_fingerprint,
    createdAt: row.created_at,
  };
};

export interface EnrolmentRow {
  readonly id: string;
  readonly program_id: string;
  readonly partner_id: string;
  readonly external_ref: string | null;
  readonly state: EnrolmentState;
  readonly reason: string | null;
  readonly groups: readonly string[];
  readonly recruited_by: string | null;
  readonly approved_at: Instant | null;
  readonly created_at: Instant;
  readonly changed_at: Instant;
  readonly changed_by: string;
}

export const toEnrolment = (row: EnrolmentRow): Enrolment => ({
  enrolmentId: fromUuid('enr', row.id),
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  externalRef: row.external_ref ?? undefined,
  state: row.state,
  reason: row.reason ?? undefined,
  groups: row.groups,
  recruitedBy: row.recruited_by === null ? undefined : fromUuid('par', row.recruited_by),
  approvedAt: row.approved_at ?? undefined,
  createdAt: row.created_at,
  changedAt: row.changed_at,
  changedBy: row.changed_by,
});

export interface ProfileRow {
  readonly partner_id: string;
  readonly version: number;
  readonly sealed: string;
  readonly changed_at: Instant;
  readonly changed_by: string;
}

export const profileSealOf = (partnerId: PartnerId): string => `partners.payout_profiles/${partnerId}`;

export const toProfile = (
  { partner_id, sealed }: Pick<ProfileRow, 'partner_id' | 'sealed'>,
  vault: Vault,
): PayoutProfile => JSON.parse(vault.open(sealed, profileSealOf(fromUuid('par', partner_id)))) as PayoutProfile;

export const toStoredProfile = (row: ProfileRow, vault: Vault): StoredProfile => ({
  profile: toProfile(row, vault),
  version: row.version,
  changedAt: row.changed_at,
  changedBy: row.changed_by,
});

export const uuids = (ids: readonly PartnerId[]): readonly string[] => ids.map(toUuid);
