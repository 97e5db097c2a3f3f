import { PublishTerms } from '../../../src/modules/commission/application/terms/publish-terms.ts';
import { ApplyToProgram } from '../../../src/modules/partners/application/apply-to-program.ts';
import { ChangePayoutProfile } from '../../../src/modules/partners/application/change-payout-profile.ts';
import { CreateProgram } from '../../../src/modules/partners/application/create-program.ts';
import { MoveEnrolment } from '../../../src/modules/partners/application/move-enrolment.ts';
import type { EnrolmentId } from '../../../src/modules/partners/index.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import type { Id, Ids } from '../../../src/shared/ids.ts';
import { aProfile } from '../settling-partners.ts';
import { vault } from './process.ts';
import type { Stores } from './stores.ts';
import { emailOf, FROM, linkOf, type ProgramPlan, type Story } from './story.ts';

export interface StandingProgram extends ProgramPlan {
  readonly programId: Id<'prg'>;
}

/** Who is there before anything happens. */
export interface Scene {
  readonly programs: readonly StandingProgram[];
  readonly partners: readonly Id<'par'>[];
  /** By partner and program. */
  readonly enrolments: readonly (readonly EnrolmentId[])[];
}

/** Programs with their terms, partners approved in all of them, each with a link and somewhere to send the money. */
export const sceneOn = async (stores: Stores, story: Story, clock: Clock, ids: Ids): Promise<Scene> => {
  const programs = await programsOn(stores, story, clock, ids);
  const enrol = enrolling(stores, programs, clock, ids);
  const enrolled: Enrolled[] = [];
  for (let partner = 0; partner < story.partners; partner += 1) enrolled.push(await enrol(partner));
  return {
    programs,
    partners: enrolled.map(({ partnerId }) => partnerId),
    enrolments: enrolled.map(({ enrolments }) => enrolments),
  };
};

const programsOn = async (stores: Stores, story: Story, clock: Clock, ids: Ids): Promise<StandingProgram[]> => {
  const create = new CreateProgram(stores.partners, ids, clock);
  const publish = new PublishTerms(stores.commission, stores.partners.reader, ids, clock);
  const programs: StandingProgram[] = [];
  for (const [n, plan] of story.programs.entries()) {
    const { programId } = await create.run({
      name: `Program ${n}`,
      currency: plan.currency,
      timeZone: plan.timeZone,
      destination: 'https://shop.example/',
      allowedHosts: ['shop.example'],
      clickParameter: 'click_id',
      minimumPayout: { minor: plan.minimumPayout, currency: plan.currency },
    });
    await publish.run({ programId, terms: termsOf(plan), effectiveFrom: FROM, by: 'desk', mayReplace: false });
    programs.push({ ...plan, programId });
  }
  return programs;
};

const termsOf = ({ currency, vesting, returnWindowDays }: ProgramPlan) => ({
  currency,
  rounding: 'half_up',
  groups: [
    { name: 'robots', rank: 1, when: { fact: 'line.category', equals: 'robot' }, amount: { percent: '7.5' } },
    { name: 'everything else', rank: 2, when: { all: [] }, amount: { percent: '5' } },
  ],
  limits: [{ per: 'order', amount: { minor: '20000', currency } }],
  vesting,
  returnWindowDays,
});

interface Enrolled {
  readonly partnerId: Id<'par'>;
  readonly enrolments: readonly EnrolmentId[];
}

const enrolling = (stores: Stores, programs: readonly StandingProgram[], clock: Clock, ids: Ids) => {
  const apply = new ApplyToProgram(stores.partners, vault, ids, clock);
  const move = new MoveEnrolment(stores.partners, clock);
  const profiles = new ChangePayoutProfile(stores.partners, clock);
  return async (partner: number): Promise<Enrolled> => {
    const [{ programId: first }, ...others] = programs as readonly [StandingProgram, ...StandingProgram[]];
    const details = { name: `Partner ${partner}`, email: emailOf(partner), kind: 'affiliate' as const };
    const listed = await apply.asNewPartner(details, { programId: first }, 'desk');
    const { partnerId } = listed.partner;
    const enrolments = listed.enrolments.map(({ enrolmentId }) => enrolmentId);
    for (const { programId } of others)
      enrolments.push((await apply.asPartner(partnerId, { programId }, 'desk')).enrolmentId);
    for (const enrolmentId of enrolments) await move.run(enrolmentId, 'approve', 'desk');
    const { partnerId: _, ...profile } = aProfile(partnerId);
    await profiles.run(partnerId, profile, 0, 'desk');
    await stores.attribution.run(async ({ links }) => {
      for (const [program, { programId }] of programs.entries()) {
        const link = { linkId: ids.next('lnk'), code: linkOf(program, partner), programId, partnerId };
        await links.add({ ...link, state: 'active', createdAt: clock.now() });
      }
    });
    return { partnerId, enrolments };
  };
};
