/** What decides whether, when and how much is paid, and what is kept beside it. Everything here belongs to one transaction. */
import type { Month } from '../../../shared/calendar.ts';
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Purpose } from '../domain/books/purpose.ts';
import type { Approval } from '../domain/payouts/approval.ts';
import type { UnderWay } from '../domain/payouts/blocks.ts';
import type { Freeze, FreezeId } from '../domain/payouts/freeze.ts';
import type { PolicyBook, StoredPolicy } from '../domain/payouts/payout-policy.ts';
import type { NegativeBalance, Receivable, Securities, Slice } from '../domain/payouts/securities.ts';
import type { Waiver, WaiverId } from '../domain/payouts/waiver.ts';
import type { BatchId, PayoutId } from '../index.ts';

export abstract class PayoutPolicies {
  /** The last version of what is said of a program, or of a partner in it. */
  abstract current(programId: Id<'prg'>, partnerId?: Id<'par'>): Promise<StoredPolicy | undefined>;
  /** False when there is such a version already: somebody else was first. */
  abstract add(policy: StoredPolicy): Promise<boolean>;
  abstract book(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<PolicyBook>;
}

/** A case of fraud, as it is told: opened, or resolved. */
export interface CaseNews {
  readonly caseId: Id<'cas'>;
  readonly partnerId: Id<'par'>;
  readonly openedAt?: Instant | undefined;
  readonly resolvedAt?: Instant | undefined;
}

/** What was heard of partners. */
export interface Heard {
  readonly openCases: readonly Id<'cas'>[];
  readonly profileChangedAt?: Instant | undefined;
  readonly hasRequested: boolean;
  /** Versions of its payout profile to which nothing can be paid; absent: none. */
  readonly refusedMethods?: readonly Pick<RefusedMethod, 'version' | 'code'>[] | undefined;
}

/** A payout came back from an account that is bad for good. */
export interface RefusedMethod {
  readonly payoutId: PayoutId;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  /** Of the payout profile. */
  readonly version: number;
  /** A key of `ACCOUNT_FAULTS`. */
  readonly code: string;
  readonly sentAt: Instant;
  readonly refusedAt: Instant;
}

export interface PayoutRequest {
  readonly id: Id<'prq'>;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
}

export abstract class PayoutGuards {
  /** Whatever comes first, a resolved case stays so. */
  abstract noteCases(cases: readonly CaseNews[]): Promise<void>;
  /** The later one counts. */
  abstract noteProfile(partnerId: Id<'par'>, changedAt: Instant): Promise<void>;
  /** Each payout once, unless it was allowed since. */
  abstract refuseMethods(methods: readonly RefusedMethod[]): Promise<void>;
  /** It was not these payouts that came back. */
  abstract allowMethods(payoutIds: readonly PayoutId[], at: Instant): Promise<void>;
  /** Of those of whom there is something to say. */
  abstract heard(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<ReadonlyMap<Id<'par'>, Heard>>;
  /** The open one, should there be one already. */
  abstract request(request: PayoutRequest): Promise<PayoutRequest>;
  abstract answerRequests(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[], period: Month): Promise<void>;
  /** Those of a program and of the whole house that are not lifted. None begins until the transaction ends. */
  abstract freezes(programId: Id<'prg'>): Promise<readonly Freeze[]>;
  /** Of a program alone, or of the house alone, while nobody else freezes and nothing is being sent. */
  abstract freezesToChange(programId: Id<'prg'> | undefined): Promise<readonly Freeze[]>;
  /** Nobody else's until the transaction ends. Throws `settlement.freeze_not_found`. */
  abstract freeze(id: FreezeId): Promise<Freeze>;
  abstract saveFreeze(freeze: Freeze): Promise<void>;
}

export interface Removal {
  readonly payoutId: PayoutId;
  readonly removedBy: string;
  readonly removedAt: Instant;
  readonly reason: string;
}

export abstract class Approvals {
  abstract ofBatch(batchId: BatchId): Promise<readonly Approval[]>;
  abstract add(batchId: BatchId, approval: Approval): Promise<void>;
  /** What all payouts of a close come to that are not cancelled. */
  abstract totalOf(programId: Id<'prg'>, period: Month): Promise<bigint>;
  abstract addRemoval(removal: Removal): Promise<void>;
}

export interface MovedMoney {
  readonly byPurpose: ReadonlyMap<Purpose, bigint>;
  readonly unsent: bigint;
  /** The oldest first. */
  readonly underWay: readonly UnderWay[];
}

/** Of one program: what is kept of whom, and who owes. */
export abstract class SecuritiesStore {
  /** Of those of whom there is something: what is open. */
  abstract open(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<ReadonlyMap<Id<'par'>, Securities>>;
  /** Nobody else looks after their balances until the transaction ends. */
  abstract lock(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<void>;
  /** With everything booked by now. */
  abstract available(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<ReadonlyMap<Id<'par'>, bigint>>;
  /** What each purpose has moved of a partner's money in all, what of it payouts claim that are not sent, and all under way. */
  abstract moved(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<MovedMoney>;
  abstract saveSlices(slices: readonly Slice[]): Promise<void>;
  abstract saveReceivables(receivables: readonly Receivable[]): Promise<void>;
  /** Leaves alone what is noted already. */
  abstract noteNegative(negatives: readonly NegativeBalance[]): Promise<void>;
  /** It becomes a receivable at once. */
  abstract hasten(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[], at: Instant): Promise<void>;
  abstract clearNegative(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<void>;
  /** What is to be released by now, the longest due first. */
  abstract slicesDue(now: Instant, limit: number): Promise<readonly Slice[]>;
  /** Of floors, not of days. */
  abstract floorSlices(programId: Id<'prg'>, partnerId?: Id<'par'>): Promise<readonly Slice[]>;
  abstract negativesDue(now: Instant, limit: number): Promise<readonly NegativeBalance[]>;
  /** How many receivables a partner has ever had. */
  abstract countReceivables(
    programId: Id<'prg'>,
    partnerIds: readonly Id<'par'>[],
  ): Promise<ReadonlyMap<Id<'par'>, number>>;
  abstract addWaiver(waiver: Waiver): Promise<void>;
  /** Nobody else's until the transaction ends. Throws `settlement.waiver_not_found`. */
  abstract waiver(id: WaiverId): Promise<Waiver>;
  abstract saveWaiver(waiver: Waiver): Promise<void>;
}

export interface PayoutControl {
  readonly policies: PayoutPolicies;
  readonly guards: PayoutGuards;
  readonly approvals: Approvals;
  readonly securities: SecuritiesStore;
}
