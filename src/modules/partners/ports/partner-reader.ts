import type { Id } from '../../../shared/ids.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Acceptance } from '../domain/acceptance.ts';
import type { Enrolment } from '../domain/enrolment.ts';
import type { Partner } from '../domain/partner.ts';
import type { StoredProfile } from '../domain/payout-profile.ts';
import type { StoredTaxProfile } from '../domain/tax-profile.ts';
import type { Program } from '../domain/program.ts';
import { type EnrolmentId, type EnrolmentState, type PartnerId, PartnersPort, type ProgramId } from '../index.ts';

export interface ListedPartner {
  readonly partner: Partner;
  readonly enrolments: readonly Enrolment[];
}

export interface PartnerFilter {
  readonly partnerId?: PartnerId | undefined;
  readonly programId?: ProgramId | undefined;
  readonly state?: EnrolmentState | undefined;
  readonly externalRef?: string | undefined;
  readonly group?: string | undefined;
}

/** Looks at partners outside any transaction: what other modules ask, and what people see. */
export abstract class PartnerReader extends PartnersPort {
  abstract programPage(request: PageRequest): Promise<Page<Program>>;
  abstract programWhole(programId: ProgramId): Promise<Program | undefined>;
  /** Partners of whom some enrolment is as the filter says, each with all its enrolments. */
  abstract partnerPage(request: PageRequest, filter: PartnerFilter): Promise<Page<ListedPartner>>;
  abstract enrolment(enrolmentId: EnrolmentId): Promise<Enrolment | undefined>;
  /** Who has accepted a version of terms; of one partner, if there is one. */
  abstract acceptancePage(termsId: Id<'trm'>, request: PageRequest, partnerId?: PartnerId): Promise<Page<Acceptance>>;
  abstract profile(partnerId: PartnerId): Promise<StoredProfile | undefined>;
  abstract taxProfile(partnerId: PartnerId): Promise<StoredTaxProfile | undefined>;
}
