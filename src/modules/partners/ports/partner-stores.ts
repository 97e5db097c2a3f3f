import type { Outbox } from '../../../shared/outbox.ts';
import { Transaction } from '../../../shared/transaction.ts';
import type { Enrolment } from '../domain/enrolment.ts';
import type { Partner } from '../domain/partner.ts';
import type { StoredProfile } from '../domain/payout-profile.ts';
import type { Program } from '../domain/program.ts';
import type { EnrolmentId, PartnerId, ProgramId } from '../index.ts';
import type { Acceptances } from './acceptances.ts';
import type { TaxProfiles } from './tax-profiles.ts';

export abstract class Programs {
  /** False when there is one with that id. */
  abstract add(program: Program): Promise<boolean>;
  /** As it is then; undefined when there is no such program. */
  abstract requireAcceptance(programId: ProgramId, required: boolean): Promise<Program | undefined>;
  /**
   * From here to the end of the transaction nobody else enrols anybody in the program: what is looked up is still so
   * when it is written. False when there is no such program.
   */
  abstract enrolOneAtATime(programId: ProgramId): Promise<boolean>;
}

export abstract class Partners {
  /** Of those that exist. */
  abstract find(partnerIds: readonly PartnerId[]): Promise<readonly Partner[]>;
  /** Adds those that are new and overwrites those that are not. */
  abstract save(partners: readonly Partner[]): Promise<void>;
}

export abstract class Enrolments {
  /** Nobody else's until the transaction ends. Throws `partners.not_found`. */
  abstract get(enrolmentId: EnrolmentId): Promise<Enrolment>;
  /** Those of a program that are called so by others; nobody else's until the transaction ends. */
  abstract called(programId: ProgramId, externalRefs: readonly string[]): Promise<readonly Enrolment[]>;
  /** A partner's own in a program. */
  abstract of(programId: ProgramId, partnerId: PartnerId): Promise<Enrolment | undefined>;
  /** Who recruited them, who recruited those, and so on: recruiters by recruit. */
  abstract recruitersAbove(
    programId: ProgramId,
    partnerIds: readonly PartnerId[],
  ): Promise<ReadonlyMap<PartnerId, PartnerId>>;
  /** Whether a partner, or anybody with that e-mail address, has a place in the program. */
  abstract has(programId: ProgramId, who: { partnerId?: PartnerId; emailFingerprint?: string }): Promise<boolean>;
  /** Adds those that are new and overwrites those that are not. */
  abstract save(enrolments: readonly Enrolment[]): Promise<void>;
}

export abstract class PayoutProfiles {
  /** Of those that have one. */
  abstract find(partnerIds: readonly PartnerId[]): Promise<readonly StoredProfile[]>;
  /** Whether all were still of the version before; if not, nothing may be kept. */
  abstract save(profiles: readonly StoredProfile[]): Promise<boolean>;
}

export interface PartnerStores {
  readonly programs: Programs;
  readonly partners: Partners;
  readonly enrolments: Enrolments;
  readonly profiles: PayoutProfiles;
  readonly taxProfiles: TaxProfiles;
  readonly acceptances: Acceptances;
  readonly outbox: Outbox;
}

export abstract class PartnersTransaction extends Transaction<PartnerStores> {}
