import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Commission } from '../domain/life-cycle/commission.ts';
import type { Explanation } from '../domain/explaining/explanation.ts';
import type { PastStep } from '../domain/life-cycle/history.ts';
import type { CommissionState } from '../domain/life-cycle/life-cycle.ts';
import type { TermsVersion } from '../domain/terms/terms.ts';
import type { CommissionId, LockedTotal, TermsId } from '../index.ts';

export interface CommissionFilter {
  readonly programId?: Id<'prg'> | undefined;
  readonly partnerId?: Id<'par'> | undefined;
  readonly state?: string | undefined;
  /** The commerce system's own name; two programs may use the same. */
  readonly orderRef?: string | undefined;
  /** One of what holds it. */
  readonly holdReason?: string | undefined;
}

export interface StateTotal {
  readonly state: CommissionState;
  readonly currency: string;
  readonly count: number;
  readonly minor: bigint;
  /** Of it, what was taken back after the lock. */
  readonly clawedBackMinor: bigint;
}

export interface ExplainedCommission {
  readonly commission: Commission;
  /** Of its amount as it is: by the step that last set it. */
  readonly explanation: Explanation | undefined;
}

export interface RecruitWithParent {
  readonly recruit: Commission;
  readonly parent: Commission;
}

/** Looks at commissions outside any transaction. */
export abstract class CommissionReader {
  abstract find(commissionId: CommissionId): Promise<Commission | undefined>;
  /** Of its amount, which never changes after the lock. */
  abstract explanation(commissionId: CommissionId): Promise<Explanation | undefined>;
  /** Of what was last added or taken back after the lock: what the order earned by then. */
  abstract explanationSinceLock(commissionId: CommissionId): Promise<Explanation | undefined>;
  abstract page(filter: CommissionFilter, request: PageRequest): Promise<Page<Commission>>;
  abstract totals(programId: Id<'prg'>): Promise<readonly StateTotal[]>;
  abstract lockedBefore(
    programId: Id<'prg'>,
    before: Instant,
  ): Promise<Omit<LockedTotal, 'amount'> & { readonly minor: bigint; readonly currency: string | undefined }>;
  abstract isDueToLock(now: Instant): Promise<boolean>;
  abstract isDueForReview(now: Instant): Promise<boolean>;
  /** All that happened to it, in the order in which it was noticed. */
  abstract past(commissionId: CommissionId): Promise<readonly PastStep[]>;
  abstract termsVersions(programId: Id<'prg'>): Promise<readonly TermsVersion[]>;
  abstract termsVersion(termsId: TermsId): Promise<TermsVersion | undefined>;
  /** All that are of an order itself, in pages, for audits. */
  abstract explained(limit: number, after?: CommissionId): Promise<readonly ExplainedCommission[]>;
  /** All that follow another, in pages, for audits. */
  abstract recruits(limit: number, after?: CommissionId): Promise<readonly RecruitWithParent[]>;
}
