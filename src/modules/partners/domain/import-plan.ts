/**
 * What an import changes, decided before anything is written: from what is wanted and what there is. Wanting again what
 * there is already changes nothing, so an import can be sent any number of times.
 */
import type { Fault } from '../../../shared/errors.ts';
import type { Announcement } from '../../../shared/outbox.ts';
import type { EnrolmentId, PartnerId, ProgramId } from '../index.ts';
import { profileTold, stepTold } from './announcements.ts';
import { type Enrolment, moveEnrolment, newEnrolment, type Step } from './enrolment.ts';
import type { Partner, PartnerDetails } from './partner.ts';
import { isSameProfile, type ProfileDetails, profileFaults, profileOf, type StoredProfile } from './payout-profile.ts';

/** One partner as an import wants it, under the name the importer's system gives it. */
export interface WantedPartner extends PartnerDetails {
  readonly externalRef: string;
  readonly emailFingerprint: string;
  readonly approve: boolean;
  /** Tidied. */
  readonly payoutProfile?: ProfileDetails | undefined;
  /** What it will be called if it is new. */
  readonly newPartnerId: PartnerId;
  readonly newEnrolmentId: EnrolmentId;
}

export interface Existing {
  readonly enrolments: ReadonlyMap<string, Enrolment>;
  readonly partners: ReadonlyMap<PartnerId, Partner>;
  readonly profiles: ReadonlyMap<PartnerId, StoredProfile>;
}

export interface ImportResult {
  readonly index: number;
  readonly externalRef: string;
  readonly verdict: 'created' | 'updated' | 'unchanged' | 'refused';
  readonly enrolment?: Enrolment | undefined;
  readonly faults: readonly Fault[];
}

export interface ImportPlan {
  readonly results: readonly ImportResult[];
  /** New or changed. */
  readonly partners: readonly Partner[];
  readonly enrolments: readonly Enrolment[];
  readonly profiles: readonly StoredProfile[];
  readonly announcements: readonly Announcement[];
}

type Share = Omit<ImportPlan, 'results'> & { readonly result: ImportResult };

export const planImport = (
  programId: ProgramId,
  wanted: readonly WantedPartner[],
  existing: Existing,
  step: Step,
): ImportPlan => {
  const seen = new Set<string>();
  const shares = wanted.map((partner, index) => {
    const faults = [...repeatedFaults(partner, seen), ...profileFaultsOf(partner)];
    seen.add(partner.externalRef);
    return faults.length > 0 ? refused(partner, index, faults) : share(programId, partner, index, existing, step);
  });
  return {
    results: shares.map(({ result }) => result),
    partners: shares.flatMap(({ partners }) => partners),
    enrolments: shares.flatMap(({ enrolments }) => enrolments),
    profiles: shares.flatMap(({ profiles }) => profiles),
    announcements: shares.flatMap(({ announcements }) => announcements),
  };
};

const NOTHING = { partners: [], enrolments: [], profiles: [], announcements: [] } as const;

const refused = ({ externalRef }: WantedPartner, index: number, faults: readonly Fault[]): Share => ({
  ...NOTHING,
  result: { index, externalRef, verdict: 'refused', faults },
});

const share = (programId: ProgramId, wanted: WantedPartner, index: number, existing: Existing, step: Step): Share => {
  const { externalRef, newEnrolmentId: enrolmentId } = wanted;
  const before = existing.enrolments.get(externalRef);
  const partnerId = before?.partnerId ?? wanted.newPartnerId;
  const start = before ?? newEnrolment({ enrolmentId, programId, partnerId, externalRef, state: 'applied' }, step);
  const approves = wanted.approve && waits(start);
  const enrolment = approves ? moveEnrolment(start, 'approve', step) : start;
  const changes = {
    partners: changedPartner(partnerId, wanted, existing.partners.get(partnerId), step),
    profiles: changedProfile(partnerId, wanted, existing.profiles.get(partnerId), step),
    enrolments: enrolment === before ? [] : [enrolment],
  };
  return {
    ...changes,
    announcements: [
      ...(approves ? stepTold(enrolment, 'approve') : []),
      ...changes.profiles.map(() => profileTold(partnerId, step.at)),
    ],
    result: { index, externalRef, verdict: verdictOf(before, changes), enrolment, faults: [] },
  };
};

/** An import approves who waits for it; it never undoes what somebody decided. */
const waits = ({ state }: Enrolment): boolean => state === 'applied' || state === 'invited';

const verdictOf = (
  before: Enrolment | undefined,
  { partners, profiles, enrolments }: Pick<Share, 'partners' | 'profiles' | 'enrolments'>,
): ImportResult['verdict'] => {
  if (before === undefined) return 'created';
  return partners.length + profiles.length + enrolments.length > 0 ? 'updated' : 'unchanged';
};

const changedPartner = (
  partnerId: PartnerId,
  { name, email, kind, emailFingerprint }: WantedPartner,
  before: Partner | undefined,
  { at }: Step,
): readonly Partner[] =>
  before?.name === name && before.email === email && before.kind === kind
    ? []
    : [{ partnerId, name, email, kind, emailFingerprint, createdAt: before?.createdAt ?? at }];

const changedProfile = (
  partnerId: PartnerId,
  { payoutProfile }: WantedPartner,
  before: StoredProfile | undefined,
  { at, by }: Step,
): readonly StoredProfile[] =>
  payoutProfile === undefined || (before !== undefined && isSameProfile(before.profile, payoutProfile))
    ? []
    : [
        {
          profile: profileOf(partnerId, payoutProfile),
          version: (before?.version ?? 0) + 1,
          changedAt: at,
          changedBy: by,
        },
      ];

const repeatedFaults = ({ externalRef }: WantedPartner, seen: ReadonlySet<string>): readonly Fault[] =>
  seen.has(externalRef)
    ? [{ pointer: '/externalRef', code: 'partners.ref_repeated', detail: 'stands in this import twice' }]
    : [];

const profileFaultsOf = ({ payoutProfile }: WantedPartner): readonly Fault[] =>
  payoutProfile === undefined
    ? []
    : profileFaults(payoutProfile).map((fault) => ({ ...fault, pointer: `/payoutProfile${fault.pointer}` }));
