import { grouped } from '../../../../shared/grouped.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { EnrolmentFacts, PartnersPort } from '../../../partners/index.ts';

export interface Enrolled {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
}

/** Enrolments in one program, by partner. */
export type Enrolments = ReadonlyMap<Id<'par'>, EnrolmentFacts>;

/** The partner, who recruited it, and who recruited that one. */
const GENERATIONS = 3;

/** The enrolments of those partners, and of whoever recruited them, by program. */
export const recruitments = async (
  partners: PartnersPort,
  wanted: readonly Enrolled[],
): Promise<ReadonlyMap<Id<'prg'>, Enrolments>> => {
  const found = new Map<Id<'prg'>, Enrolments>();
  for (const [programId, of] of grouped(wanted, (each) => each.programId))
    found.set(
      programId,
      await upward(
        partners,
        programId,
        of.map(({ partnerId }) => partnerId),
      ),
    );
  return found;
};

const upward = async (
  partners: PartnersPort,
  programId: Id<'prg'>,
  partnerIds: readonly Id<'par'>[],
): Promise<Enrolments> => {
  const found = new Map<Id<'par'>, EnrolmentFacts>();
  let asked: readonly Id<'par'>[] = [...new Set(partnerIds)];
  for (let generation = 0; generation < GENERATIONS && asked.length > 0; generation += 1) {
    const enrolments = await partners.enrolments(programId, asked);
    for (const enrolment of enrolments) found.set(enrolment.partnerId, enrolment);
    const recruiters = enrolments.flatMap(({ recruitedBy }) => recruitedBy ?? []);
    asked = [...new Set(recruiters)].filter((partnerId) => !found.has(partnerId));
  }
  return found;
};
