import type { Clock } from '../../../shared/clock.ts';
import type { Ids } from '../../../shared/ids.ts';
import { normalisedEmail, type Vault } from '../../../shared/vault.ts';
import { type Enrolment, mayRecruit, newEnrolment } from '../domain/enrolment.ts';
import type { Partner, PartnerDetails } from '../domain/partner.ts';
import type { PartnerId, ProgramId } from '../index.ts';
import type { ListedPartner } from '../ports/partner-reader.ts';
import type { Enrolments, PartnersTransaction, PartnerStores } from '../ports/partner-stores.ts';
import { alreadyEnrolled, notFound, recruiterTwice, refTaken, unknownProgram, unknownRecruiter } from './refusals.ts';

export interface Application {
  readonly programId: ProgramId;
  readonly externalRef?: string | undefined;
  /** We asked them, rather than they us. */
  readonly invite?: boolean | undefined;
  readonly groups?: readonly string[] | undefined;
  /** Who brought them, by id or by what the recruiter is called in the program. */
  readonly recruitedBy?: PartnerId | undefined;
  readonly recruiterRef?: string | undefined;
}

/** Somebody wants to promote a program, or is asked to: from here on it waits for a decision. */
export class ApplyToProgram {
  constructor(
    private readonly transaction: PartnersTransaction,
    private readonly vault: Vault,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * A partner nobody knew. Throws `partners.unknown_program`, `partners.already_enrolled`, `partners.ref_taken`,
   * `partners.unknown_recruiter`, `partners.recruiter_twice`.
   */
  asNewPartner(details: PartnerDetails, application: Application, by: string): Promise<ListedPartner> {
    return this.transaction.run(async (stores) => {
      const emailFingerprint = this.vault.fingerprint('email', normalisedEmail(details.email));
      await this.mustBeFree(stores, application, { emailFingerprint });
      const partnerId = this.ids.next('par');
      const partner: Partner = { ...details, partnerId, emailFingerprint, createdAt: this.clock.now() };
      await stores.partners.save([partner]);
      return { partner, enrolments: [await this.enrol(stores, partnerId, application, by)] };
    });
  }

  /** A partner of another program. Throws `partners.not_found` besides. */
  asPartner(partnerId: PartnerId, application: Application, by: string): Promise<Enrolment> {
    return this.transaction.run(async (stores) => {
      const [partner] = await stores.partners.find([partnerId]);
      if (partner === undefined) throw notFound('partner', partnerId);
      await this.mustBeFree(stores, application, { partnerId });
      return this.enrol(stores, partnerId, application, by);
    });
  }

  private async mustBeFree(
    { programs, enrolments }: PartnerStores,
    { programId, externalRef }: Application,
    who: { partnerId?: PartnerId; emailFingerprint?: string },
  ): Promise<void> {
    if (!(await programs.enrolOneAtATime(programId))) throw unknownProgram(programId);
    if (await enrolments.has(programId, who)) throw alreadyEnrolled();
    if (externalRef === undefined) return;
    const called = await enrolments.called(programId, [externalRef]);
    if (called.length > 0) throw refTaken(externalRef);
  }

  private async enrol(
    { enrolments }: PartnerStores,
    partnerId: PartnerId,
    application: Application,
    by: string,
  ): Promise<Enrolment> {
    const { programId, externalRef, invite, groups } = application;
    const state = invite === true ? 'invited' : 'applied';
    const recruitedBy = await recruiterOf(enrolments, application);
    const enrolmentId = this.ids.next('enr');
    const beginning = { enrolmentId, programId, partnerId, externalRef, state, groups, recruitedBy } as const;
    const enrolment = newEnrolment(beginning, { at: this.clock.now(), by });
    await enrolments.save([enrolment]);
    return enrolment;
  }
}

/** A newcomer has recruited nobody yet, so it closes no circle. */
const recruiterOf = async (
  enrolments: Enrolments,
  { programId, recruitedBy, recruiterRef }: Application,
): Promise<PartnerId | undefined> => {
  if (recruitedBy !== undefined && recruiterRef !== undefined) throw recruiterTwice();
  if (recruitedBy === undefined && recruiterRef === undefined) return undefined;
  const [recruiter] =
    recruitedBy === undefined
      ? await enrolments.called(programId, [recruiterRef ?? ''])
      : [await enrolments.of(programId, recruitedBy)];
  if (recruiter === undefined || !mayRecruit(recruiter))
    throw unknownRecruiter(recruitedBy === undefined ? '/recruiterRef' : '/recruitedBy');
  return recruiter.partnerId;
};
