/**
 * What an import changes, decided before anything is written: from what is wanted and what there is. Wanting again what
 * there is already changes nothing, so an import can be sent any number of times.
 */
import type { Fault } from '../../../shared/errors.ts';
import type { Announcement } from '../../../shared/outbox.ts';
import type { EnrolmentId, PartnerId, ProgramId } from '../index.ts';
import { profileTold, stepTold } from './announcements.ts';
import { type Enrolment, moveEnrolment, newEnrolment, regroup, type Step } from './enrolment.ts';
import type { Partner, PartnerDetails } from './partner.ts';
import { isSameProfile, type ProfileDetails, profileFaults, profileOf, type StoredProfile } from './payout-profile.ts';
import { type KnownRecruiters, type Recruit, recruited } from './recruiting.ts';

/** One partner as an import wants it, under the name the importer's system gives it. */
export interface WantedPartner extends PartnerDetails {
  readonly externalRef: string;
  readonly emailFingerprint: string;
  readonly approve: boolean;
  /** Absent: they stay as they are. */
  readonly groups?: readonly string[] | undefined;
  readonly recruiterRef?: string | undefined;
  /** Tidied. */
  readonly payoutProfile?: ProfileDetails | undefined;
  /** What it will be called if it is new. */
  readonly newPartnerId: PartnerId;
  readonly newEnrolmentId: EnrolmentId;
}

export interface Existing extends KnownRecruiters {
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
  const candidates = candidatesOf(programId, wanted, existing, step);
  const { recruiters, faults: unfit } = recruited(
    candidates.filter(({ faults }) => faults.length === 0),
    existing,
  );
  const shares = candidates.map((candidate) => {
    const recruitFault = unfit.get(candidate.externalRef);
    const faults = recruitFault === undefined ? candidate.faults : [...candidate.faults, recruitFault];
    return faults.length > 0
      ? refused(candidate, faults)
      : share(candidate, recruiters.get(candidate.externalRef), existing, step);
  });
  return {
    results: shares.map(({ result }) => result),
    partners: shares.flatMap(({ partners }) => partners),
    enrolments: shares.flatMap(({ enrolments }) => enrolments),
    profiles: shares.flatMap(({ profiles }) => profiles),
    announcements: shares.flatMap(({ announcements }) => announcements),
  };
};

interface Candidate extends Recruit {
  readonly wanted: WantedPartner;
  readonly index: number;
  readonly approves: boolean;
  readonly faults: readonly Fault[];
}

const candidatesOf = (
  programId: ProgramId,
  wanted: readonly WantedPartner[],
  { enrolments }: Existing,
  step: Step,
): readonly Candidate[] => {
  const seen = new Set<string>();
  return wanted.map((partner, index) => {
    const { externalRef, recruiterRef, newEnrolmentId: enrolmentId, newPartnerId: partnerId, groups } = partner;
    const faults = [...repeatedFaults(partner, seen), ...profileFaultsOf(partner)];
    seen.add(externalRef);
    const beginning = { enrolmentId, programId, partnerId, externalRef, state: 'applied', groups } as const;
    const start = enrolments.get(externalRef) ?? newEnrolment(beginning, step);
    const approves = partner.approve && waits(start);
    const enrolment = regroup(approves ? moveEnrolment(start, 'approve', step) : start, groups ?? start.groups, step);
    return { externalRef, recruiterRef, enrolment, wanted: partner, index, approves, faults };
  });
};

const NOTHING = { partners: [], enrolments: [], profiles: [], announcements: [] } as const;

const refused = ({ externalRef, index }: Candidate, faults: readonly Fault[]): Share => ({
  ...NOTHING,
  result: { index, externalRef, verdict: 'refused', faults },
});

const share = (
  { externalRef, wanted, index, approves, enrolment: candidate }: Candidate,
  recruitedBy: PartnerId | undefined,
  existing: Existing,
  step: Step,
): Share => {
  const before = existing.enrolments.get(externalRef);
  const { partnerId } = candidate;
  const isRecruit = recruitedBy !== undefined && candidate.recruitedBy === undefined;
  const enrolment = isRecruit ? { ...candidate, recruitedBy } : candidate;
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
