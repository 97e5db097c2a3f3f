import type { Month } from '../../../shared/calendar.ts';
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { MoneyJson } from '../../../shared/money.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Dispute, DisputeEntry, Resolution, Snapshot } from '../domain/disputes/dispute.ts';
import type { DisputeState } from '../domain/disputes/dispute-life-cycle.ts';
import type { ProgramDisputeTerms } from '../domain/disputes/dispute-terms.ts';
import type { DisputeKind } from '../domain/disputes/reasons.ts';
import type { DisputeId, PayoutId, StatementId } from '../index.ts';

export interface KeptSnapshot extends Snapshot {
  readonly disputeId: DisputeId;
  readonly round: number;
  readonly takenAt: Instant;
  /** SHA-256 of the canonical JSON of both parts. */
  readonly digest: string;
}

export abstract class Disputes {
  /** Undefined: it is kept. Otherwise the one that is open about the same thing. */
  abstract open(dispute: Dispute): Promise<DisputeId | undefined>;
  /** What its open disputes claim together, payouts aside; nobody opens one for it until the transaction ends. */
  abstract claimedBy(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<bigint>;
  /** Nobody else's until the transaction ends. Throws `settlement.dispute_not_found`. */
  abstract get(id: DisputeId): Promise<Dispute>;
  /** One of the partner, of that kind about that thing, that was decided and is not open again. */
  abstract decided(dispute: Pick<Dispute, 'partnerId' | 'kind' | 'thing'>): Promise<DisputeId | undefined>;
  /** Whose time is over, the longest first. Those somebody else has are left out. */
  abstract overdue(now: Instant, limit: number): Promise<readonly Dispute[]>;
  abstract save(disputes: readonly Dispute[]): Promise<void>;
  /** Append-only. */
  abstract record(entries: readonly DisputeEntry[]): Promise<void>;
  /** Append-only, but for when it was adjusted. */
  abstract resolve(resolutions: readonly Resolution[]): Promise<void>;
  /** How many pieces of evidence a side has given. */
  abstract evidenceOf(id: DisputeId, side: DisputeEntry['side']): Promise<number>;
  /** Earliest first. */
  abstract resolutions(id: DisputeId): Promise<readonly Resolution[]>;
  /** Append-only. */
  abstract attach(snapshot: KeptSnapshot): Promise<void>;
  /** Undefined where the contract says nothing. */
  abstract terms(programId: Id<'prg'>): Promise<ProgramDisputeTerms | undefined>;
  abstract setTerms(terms: ProgramDisputeTerms): Promise<void>;
}

export interface DisputeFilter {
  readonly programId?: Id<'prg'> | undefined;
  readonly partnerId?: Id<'par'> | undefined;
  readonly kind?: DisputeKind | undefined;
  readonly state?: DisputeState | undefined;
  readonly isOpen?: boolean | undefined;
}

export interface DetailedDispute {
  readonly dispute: Dispute;
  readonly entries: readonly DisputeEntry[];
  readonly resolutions: readonly Resolution[];
  readonly snapshots: readonly KeptSnapshot[];
}

/** A resolution that commission has still to make an adjustment of. */
export type DueAdjustment = Resolution & Pick<Dispute, 'programId' | 'partnerId' | 'kind' | 'about'>;

/** What books hold for a dispute, and what they should. */
export interface Reserve {
  readonly disputeId: string;
  /** In minor units; what the dispute says of itself. */
  readonly said: bigint;
  /** Still claimed where it is open or its adjustment is due; otherwise nothing. */
  readonly due: bigint;
  readonly booked: bigint;
}

/** Looks at disputes outside any transaction. */
export abstract class DisputeReader {
  abstract find(id: DisputeId): Promise<DetailedDispute | undefined>;
  /** Oldest first. */
  abstract page(request: PageRequest, filter: DisputeFilter): Promise<Page<Dispute>>;
  /** Undefined where the contract says nothing. */
  abstract terms(programId: Id<'prg'>): Promise<ProgramDisputeTerms | undefined>;
  abstract isAnyOverdue(now: Instant): Promise<boolean>;
  /** Earliest first. */
  abstract dueAdjustments(limit: number): Promise<readonly DueAdjustment[]>;
  /** Where a commission stands in the partner's statements; plain rows, earliest first. */
  abstract statementLines(commissionId: Id<'com'>): Promise<readonly StatementLineFound[]>;
  /** What banks said of a payout; plain rows, earliest first. */
  abstract bankHistory(payoutId: PayoutId): Promise<readonly object[]>;
  /** Where what is said, due and booked is not the same; a hundred at most. */
  abstract oddReserves(): Promise<readonly Reserve[]>;
  /** By program and partner, in pages, for audits. */
  abstract reservesOfPartners(limit: number, after?: ReservesOfPartner): Promise<readonly ReservesOfPartner[]>;
}

export interface StatementLineFound {
  /** Of the statement it stands on, once that is closed. */
  readonly statementId?: StatementId | undefined;
  readonly closedAt?: Instant | undefined;
  readonly period: Month;
  readonly purpose: string;
  readonly amount: MoneyJson;
  readonly effectiveAt: Instant;
}

/** What is booked for all disputes of a partner together, and posted. */
export interface ReservesOfPartner {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly minor: bigint;
}
