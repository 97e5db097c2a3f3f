import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoneyJson } from '../../shared/money.ts';

export type ProgramId = Id<'prg'>;
export type PartnerId = Id<'par'>;
export type EnrolmentId = Id<'enr'>;

export type EnrolmentState = 'applied' | 'invited' | 'approved' | 'rejected' | 'declined' | 'suspended' | 'terminated';

export interface ProgramFacts {
  readonly programId: ProgramId;
  readonly name: string;
  readonly currency: string;
  /** IANA name; periods and caps are cut in it. */
  readonly timeZone: string;
  /** Where a link leads that names no page of its own. */
  readonly destination: string;
  /** Hosts that links of the program may lead to. */
  readonly allowedHosts: readonly string[];
  /** Under which name in the query a page is told the click's id. */
  readonly clickParameter: string;
  /** Balances below it wait for the next period. */
  readonly minimumPayout: MoneyJson;
  /** Whether commissions wait until the partner has accepted the version of terms that judges them. Absent: no. */
  readonly requiresAcceptance?: boolean | undefined;
}

export interface EnrolmentFacts {
  readonly programId: ProgramId;
  readonly partnerId: PartnerId;
  readonly state: EnrolmentState;
  /** When it was last approved; a partner earns from then on. */
  readonly approvedAt?: Instant | undefined;
  /** When it was terminated, if it was; what is left of its balance may be kept some time after. */
  readonly endedAt?: Instant | undefined;
  /** What the program calls those it treats alike, sorted; terms may look at them. */
  readonly groups?: readonly string[] | undefined;
  /** Who brought the partner to the program; said once, and never in a circle. */
  readonly recruitedBy?: PartnerId | undefined;
}

/** A group some partners of a program are in, and how many. */
export interface GroupCount {
  readonly name: string;
  readonly partners: number;
}

export interface PartnerFacts {
  readonly partnerId: PartnerId;
  readonly name: string;
  /** A keyed hash; comparable with a customer's, readable by nobody. */
  readonly emailFingerprint: string;
}

/** A version of terms that partners can accept. */
export interface AcceptableTerms {
  readonly termsId: Id<'trm'>;
  readonly programId: ProgramId;
  readonly version: number;
  readonly hash: string;
}

/** A partner has read a version of terms and agrees. */
export interface TermsAcceptance {
  readonly programId: ProgramId;
  readonly partnerId: PartnerId;
  readonly termsId: Id<'trm'>;
  /** Of the words it has read. */
  readonly hash: string;
  readonly acceptedAt: Instant;
}

/** How money goes to a partner: a bank transfer, an ACH credit within the United States, or to a wallet. */
export type PayoutMethod = 'bank' | 'ach' | 'wallet';

/** Where a partner's money goes. Asked for only when a payout file is written. */
export interface PayoutProfile {
  readonly partnerId: PartnerId;
  readonly holder: string;
  /** An IBAN, or a domestic account number where `scheme` says so. */
  readonly account: { readonly scheme: 'iban' | 'domestic'; readonly number: string };
  /** BIC, or a domestic clearing number. */
  readonly bank: { readonly scheme: 'bic' | 'domestic'; readonly code: string };
  readonly town: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** `bank`, unless told. For `ach` the account is domestic, and the bank's code is a routing number. */
  readonly method?: PayoutMethod | undefined;
  readonly ach?: AchDetails | undefined;
  /** A provider's name for a wallet, often an e-mail address. */
  readonly wallet?: { readonly id: string } | undefined;
  /** In which it wants to be paid; that of the program, unless told. */
  readonly currency?: string | undefined;
  /** 1, 2, 3 …: how often the partner has said where its money goes. */
  readonly version?: number | undefined;
}

export interface AchDetails {
  readonly accountType: 'checking' | 'savings';
  /** People and companies are paid by entries of different classes. */
  readonly payee: 'person' | 'company';
}

/** Which form was signed: that of a resident of the United States, of a foreign person or company there, or another. */
export type TaxForm = 'w9' | 'w8ben' | 'w8bene' | 'self_certified';

/** What a partner certifies to the tax office. */
export interface TaxProfile {
  readonly partnerId: PartnerId;
  readonly form: TaxForm;
  readonly legalName: string;
  readonly entity: 'person' | 'company';
  /** Of tax residence, ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly taxId?: string | undefined;
  /** `YYYY-MM-DD`, of a person. */
  readonly birthDate?: string | undefined;
  readonly address: {
    readonly street?: string | undefined;
    readonly town: string;
    readonly postcode?: string | undefined;
    readonly country: string;
  };
  /** `YYYY-MM-DD`. */
  readonly signedOn: string;
  /** What a treaty leaves to be withheld, in percent, as text. */
  readonly treatyPercent?: string | undefined;
  /** The tax office has told us to withhold from this one. */
  readonly backupWithholding?: boolean | undefined;
}

/** What other modules may ask of partners. */
export abstract class PartnersPort {
  abstract program(programId: ProgramId): Promise<ProgramFacts | undefined>;
  abstract programs(): Promise<readonly ProgramFacts[]>;
  /** Of those that exist. */
  abstract enrolments(programId: ProgramId, partnerIds: readonly PartnerId[]): Promise<readonly EnrolmentFacts[]>;
  /** Those that anybody is in. */
  abstract groups(programId: ProgramId): Promise<readonly GroupCount[]>;
  /** All versions of a program's terms that they have accepted. */
  abstract acceptances(programId: ProgramId, partnerIds: readonly PartnerId[]): Promise<readonly TermsAcceptance[]>;
  abstract partners(partnerIds: readonly PartnerId[]): Promise<readonly PartnerFacts[]>;
  /** Of those that have one. Secrets: never log, never publish. */
  abstract payoutProfiles(partnerIds: readonly PartnerId[]): Promise<readonly PayoutProfile[]>;
  /** The last of each of those that have one. Secrets, too. */
  abstract taxProfiles(partnerIds: readonly PartnerId[]): Promise<readonly TaxProfile[]>;
}
