import { IsIdOf, IsInstant, IsText, IsWhole } from '../../shared/fields.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { EnrolmentId, PartnerId, ProgramId } from './index.ts';

/** A partner may promote a program, and earn from now on. */
export class PartnerEnrolledV1 {
  static readonly type = 'partners.partner_enrolled';
  static readonly version = 1;

  @IsIdOf('enr') readonly enrolmentId!: EnrolmentId;
  @IsIdOf('prg') readonly programId!: ProgramId;
  @IsIdOf('par') readonly partnerId!: PartnerId;
  @IsInstant() readonly enrolledAt!: Instant;
}

/** A partner may not promote a program for now; what it earned stays, and waits. */
export class EnrolmentSuspendedV1 {
  static readonly type = 'partners.enrolment_suspended';
  static readonly version = 1;

  @IsIdOf('enr') readonly enrolmentId!: EnrolmentId;
  @IsIdOf('prg') readonly programId!: ProgramId;
  @IsIdOf('par') readonly partnerId!: PartnerId;
  @IsText({ max: 500 }) readonly reason!: string;
  @IsInstant() readonly suspendedAt!: Instant;
}

/** A partner's money goes somewhere else from now on. Says that, never where. */
export class PayoutProfileChangedV1 {
  static readonly type = 'partners.payout_profile_changed';
  static readonly version = 1;

  @IsIdOf('par') readonly partnerId!: PartnerId;
  @IsInstant() readonly changedAt!: Instant;
}

/** A partner certifies something else to the tax office from now on. Says that, never what. */
export class TaxProfileChangedV1 {
  static readonly type = 'partners.tax_profile_changed';
  static readonly version = 1;

  @IsIdOf('par') readonly partnerId!: PartnerId;
  @IsInstant() readonly changedAt!: Instant;
}

/** A partner has read a version of its program's terms and agrees; what waited for that can go on. */
export class TermsAcceptedV1 {
  static readonly type = 'partners.terms_accepted';
  static readonly version = 1;

  @IsIdOf('enr') readonly enrolmentId!: EnrolmentId;
  @IsIdOf('prg') readonly programId!: ProgramId;
  @IsIdOf('par') readonly partnerId!: PartnerId;
  @IsIdOf('trm') readonly termsId!: Id<'trm'>;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly version!: number;
  /** SHA-256 of the terms' canonical JSON. */
  @IsText({ min: 64, max: 64, pattern: /^[0-9a-f]{64}$/ }) readonly hash!: string;
  @IsInstant() readonly acceptedAt!: Instant;
}
