import type { Clock } from '../../../shared/clock.ts';
import type { Ids } from '../../../shared/ids.ts';
import { normalisedEmail, type Vault } from '../../../shared/vault.ts';
import { type Enrolment, newEnrolment } from '../domain/enrolment.ts';
import type { Partner, PartnerDetails } from '../domain/partner.ts';
import type { PartnerId, ProgramId } from '../index.ts';
import type { ListedPartner } from '../ports/partner-reader.ts';
import type { PartnersTransaction, PartnerStores } from '../ports/partner-stores.ts';
import { alreadyEnrolled, notFound, refTaken, unknownProgram } from './refusals.ts';

export interface Application {
  readonly programId: ProgramId;
  readonly externalRef?: string | undefined;
  /** We asked them, rather than they us. */
  readonly invite?: boolean | undefined;
}

/** Somebody wants to promote a program, or is asked to: from here on it waits for a decision. */
export class ApplyToProgram {
  constructor(
    private readonly transaction: PartnersTransaction,
    private readonly vault: Vault,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** A partner nobody knew. Throws `partners.unknown_program`, `partners.already_enrolled`, `partners.ref_taken`. */
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
    { programId, externalRef, invite }: Application,
    by: string,
  ): Promise<Enrolment> {
    const state = invite === true ? 'invited' : 'applied';
    const beginning = { enrolmentId: this.ids.next('enr'), programId, partnerId, externalRef, state } as const;
    const enrolment = newEnrolment(beginning, { at: this.clock.now(), by });
    await enrolments.save([enrolment]);
    return enrolment;
  }
}
