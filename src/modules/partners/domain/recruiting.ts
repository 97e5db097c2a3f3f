/**
 * Who brings whom, of the rows of an import. A recruiter may stand in the same import, before or after its recruits, so
 * all rows are looked at together: as long as one is refused, those that lean on it are looked at again.
 */
import type { Fault } from '../../../shared/errors.ts';
import type { PartnerId } from '../index.ts';
import { type Enrolment, mayRecruit } from './enrolment.ts';

export interface Recruit {
  readonly externalRef: string;
  /** As the import leaves it, but for the recruiter. */
  readonly enrolment: Enrolment;
  readonly recruiterRef?: string | undefined;
}

export interface KnownRecruiters {
  readonly enrolments: ReadonlyMap<string, Enrolment>;
  /** Recruiters by recruit, all the way up. */
  readonly above: ReadonlyMap<PartnerId, PartnerId>;
}

export interface Recruited {
  readonly recruiters: ReadonlyMap<string, PartnerId>;
  readonly faults: ReadonlyMap<string, Fault>;
}

export const recruited = (rows: readonly Recruit[], known: KnownRecruiters): Recruited => {
  const faults = new Map<string, Fault>();
  for (;;) {
    const standing = rows.filter(({ externalRef }) => !faults.has(externalRef));
    const recruiters = recruitersOf(standing, known);
    const found = standing.flatMap((row) => {
      const fault = faultOf(row, recruiters.get(row.externalRef), chains(standing, recruiters, known));
      return fault === undefined ? [] : [[row.externalRef, fault] as const];
    });
    if (found.length === 0) return { recruiters: ids(recruiters), faults };
    for (const [externalRef, fault] of found) faults.set(externalRef, fault);
  }
};

type Recruiters = ReadonlyMap<string, Enrolment>;

const recruitersOf = (standing: readonly Recruit[], { enrolments }: KnownRecruiters): Recruiters => {
  const byRef = new Map([...enrolments, ...standing.map((row) => [row.externalRef, row.enrolment] as const)]);
  return new Map(
    standing.flatMap(({ externalRef, recruiterRef }) => {
      const recruiter = recruiterRef === undefined ? undefined : byRef.get(recruiterRef);
      return recruiter === undefined ? [] : [[externalRef, recruiter] as const];
    }),
  );
};

const chains = (
  standing: readonly Recruit[],
  recruiters: Recruiters,
  { above }: KnownRecruiters,
): ReadonlyMap<PartnerId, PartnerId> =>
  new Map([
    ...above,
    ...standing.flatMap(({ externalRef, enrolment }) => {
      const recruiter = recruiters.get(externalRef);
      return recruiter === undefined ? [] : [[enrolment.partnerId, recruiter.partnerId] as const];
    }),
  ]);

const faultOf = (
  { recruiterRef, enrolment }: Recruit,
  recruiter: Enrolment | undefined,
  above: ReadonlyMap<PartnerId, PartnerId>,
): Fault | undefined => {
  if (recruiterRef === undefined) return undefined;
  const settled = enrolment.recruitedBy;
  if (settled !== undefined && settled === recruiter?.partnerId) return undefined;
  if (settled !== undefined) return fault('recruiter_settled', 'somebody else recruited the partner; that stays');
  if (recruiter === undefined || !mayRecruit(recruiter))
    return fault('unknown_recruiter', 'is nobody who is approved in the program');
  return isCircle(enrolment.partnerId, above)
    ? fault('recruit_cycle', 'was recruited by the partner itself, or by whom it recruited')
    : undefined;
};

const isCircle = (start: PartnerId, above: ReadonlyMap<PartnerId, PartnerId>): boolean => {
  const seen = new Set<PartnerId>();
  for (let each = above.get(start); each !== undefined && !seen.has(each); each = above.get(each)) {
    if (each === start) return true;
    seen.add(each);
  }
  return false;
};

const ids = (recruiters: Recruiters): ReadonlyMap<string, PartnerId> =>
  new Map([...recruiters].map(([ref, { partnerId }]) => [ref, partnerId]));

const fault = (code: string, detail: string): Fault => ({ pointer: '/recruiterRef', code: `partners.${code}`, detail });
