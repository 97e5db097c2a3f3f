import type { Instant } from '../../../shared/instant.ts';
import { type ActionOf, type Lifecycle, moved } from '../../../shared/lifecycle.ts';
import type { EnrolmentFacts, EnrolmentId, EnrolmentState } from '../index.ts';

/**
 *   applied ──approve──▶ approved ──suspend──▶ suspended ──terminate──▶ terminated
 *      └──reject──▶ rejected ▲  ▲                 │
 *                            │  └────reinstate────┘
 *   invited ──approve────────┘
 *      └──decline──▶ declined
 *
 * Who applied is approved by us; who was invited is approved once they accepted. Ending an enrolment takes two steps,
 * so that what it earned is looked at in between.
 */
export const lifecycle = {
  applied: { approve: 'approved', reject: 'rejected' },
  invited: { approve: 'approved', decline: 'declined' },
  approved: { suspend: 'suspended' },
  suspended: { reinstate: 'approved', terminate: 'terminated' },
  rejected: {},
  declined: {},
  terminated: {},
} as const satisfies Lifecycle & Record<EnrolmentState, object>;

export type EnrolmentAction = ActionOf<typeof lifecycle>;

/** A partner's place in a program. */
export interface Enrolment extends EnrolmentFacts {
  readonly enrolmentId: EnrolmentId;
  readonly groups: readonly string[];
  /** What somebody else calls the partner in this program; unique in it. */
  readonly externalRef?: string | undefined;
  /** Why it is as it is, if a reason was given. */
  readonly reason?: string | undefined;
  readonly createdAt: Instant;
  readonly changedAt: Instant;
  readonly changedBy: string;
}

export interface Step {
  readonly at: Instant;
  readonly by: string;
  readonly reason?: string | undefined;
}

export type Beginning = Pick<Enrolment, 'enrolmentId' | 'programId' | 'partnerId' | 'externalRef' | 'recruitedBy'> & {
  readonly groups?: readonly string[] | undefined;
  /** They applied, or we invited them. */
  readonly state: 'applied' | 'invited';
};

export const newEnrolment = (beginning: Beginning, { at, by }: Step): Enrolment => ({
  ...beginning,
  groups: tidyGroups(beginning.groups ?? []),
  recruitedBy: beginning.recruitedBy,
  approvedAt: undefined,
  reason: undefined,
  createdAt: at,
  changedAt: at,
  changedBy: by,
});

const tidyGroups = (groups: readonly string[]): readonly string[] => [...new Set(groups)].toSorted();

/** Says all groups at once. The enrolment itself where they are what they were. */
export const regroup = (enrolment: Enrolment, wanted: readonly string[], { at, by }: Step): Enrolment => {
  const groups = tidyGroups(wanted);
  const isSame = JSON.stringify(groups) === JSON.stringify(enrolment.groups);
  return isSame ? enrolment : { ...enrolment, groups, changedAt: at, changedBy: by };
};

/** Who earns in a program, or did and waits, may bring others to it. */
export const mayRecruit = ({ state }: Enrolment): boolean => state === 'approved' || state === 'suspended';

/** Throws `partners.illegal_move`. */
export const moveEnrolment = (enrolment: Enrolment, action: EnrolmentAction, { at, by, reason }: Step): Enrolment => ({
  ...enrolment,
  state: moved('partners', lifecycle, enrolment.state, action),
  // Being let back in is no new beginning: what was earned since the approval stays earned.
  approvedAt: action === 'approve' ? at : enrolment.approvedAt,
  reason,
  changedAt: at,
  changedBy: by,
});
