import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Ids } from '../../../shared/ids.ts';
import { normalisedEmail, type Vault } from '../../../shared/vault.ts';
import { type Existing, type ImportResult, planImport, type WantedPartner } from '../domain/import-plan.ts';
import type { PartnerDetails } from '../domain/partner.ts';
import { type ProfileDetails, tidied } from '../domain/payout-profile.ts';
import type { ProgramId } from '../index.ts';
import type { PartnersTransaction, PartnerStores } from '../ports/partner-stores.ts';
import { unknownProgram } from './refusals.ts';

export interface ImportedPartner extends PartnerDetails {
  readonly externalRef: string;
  readonly approve?: boolean | undefined;
  /** Absent: they stay as they are. */
  readonly groups?: readonly string[] | undefined;
  /** What the importer's system calls who brought the partner. */
  readonly recruiterRef?: string | undefined;
  readonly payoutProfile?: ProfileDetails | undefined;
}

/** Many partners at once, each judged by itself, known again by the name the importer's system gives them. */
export class ImportPartners {
  constructor(
    private readonly transaction: PartnersTransaction,
    private readonly vault: Vault,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Throws `partners.unknown_program`. */
  run(programId: ProgramId, imported: readonly ImportedPartner[], by: string): Promise<readonly ImportResult[]> {
    const wanted = imported.map((partner) => this.wanted(partner));
    return this.transaction.run(async (stores) => {
      if (!(await stores.programs.enrolOneAtATime(programId))) throw unknownProgram(programId);
      const existing = await existingOf(stores, programId, wanted);
      const plan = planImport(programId, wanted, existing, { at: this.clock.now(), by });
      if (plan.partners.length > 0) await stores.partners.save(plan.partners);
      if (plan.enrolments.length > 0) await stores.enrolments.save(plan.enrolments);
      if (plan.profiles.length > 0 && !(await stores.profiles.save(plan.profiles))) throw profileRace();
      stores.outbox.publish(...plan.announcements);
      return plan.results;
    });
  }

  private wanted({
    externalRef,
    name,
    email,
    kind,
    approve,
    groups,
    recruiterRef,
    payoutProfile,
  }: ImportedPartner): WantedPartner {
    return {
      externalRef,
      name,
      email,
      kind,
      emailFingerprint: this.vault.fingerprint('email', normalisedEmail(email)),
      approve: approve === true,
      groups,
      recruiterRef,
      payoutProfile: payoutProfile && tidied(payoutProfile),
      newPartnerId: this.ids.next('par'),
      newEnrolmentId: this.ids.next('enr'),
    };
  }
}

const existingOf = async (
  { enrolments, partners, profiles }: PartnerStores,
  programId: ProgramId,
  wanted: readonly WantedPartner[],
): Promise<Existing> => {
  const refs = [
    ...new Set(wanted.flatMap(({ externalRef, recruiterRef }) => [externalRef, recruiterRef ?? externalRef])),
  ];
  const known = await enrolments.called(programId, refs);
  const partnerIds = known.map(({ partnerId }) => partnerId);
  const [knownPartners, knownProfiles] =
    partnerIds.length === 0 ? [[], []] : [await partners.find(partnerIds), await profiles.find(partnerIds)];
  return {
    above: await enrolments.recruitersAbove(programId, partnerIds),
    enrolments: new Map(known.map((enrolment) => [enrolment.externalRef ?? '', enrolment])),
    partners: new Map(knownPartners.map((partner) => [partner.partnerId, partner])),
    profiles: new Map(knownProfiles.map((stored) => [stored.profile.partnerId, stored])),
  };
};

/** Somebody gave a partner its first profile between our look and our write; the next try finds it. */
const profileRace = (): AppError =>
  new AppError('unavailable', 'partners.profile_race', 'a payout profile changed meanwhile; send the import again', {
    retryAfterSeconds: 1,
  });
