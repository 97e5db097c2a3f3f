/** Looks at reconciliation outside any transaction. */
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Money } from '../../../shared/money.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Payout } from '../domain/payouts/payout.ts';
import type { Break, BreakState } from '../domain/reconciliation/break.ts';
import type { BreakKind } from '../domain/reconciliation/classify.ts';
import type { CsvLayout } from '../domain/reconciliation/csv-layout.ts';
import type { Expected, ExpectedId } from '../domain/reconciliation/expected.ts';
import type { Match, MatchId, MatchState } from '../domain/reconciliation/match.ts';
import type { Line, LineId } from '../domain/reconciliation/reconciliation.ts';
import type { ReconciliationSettings } from '../domain/reconciliation/settings.ts';
import type { PayoutId } from '../index.ts';
import type { SuspenseState } from './reconciliation.ts';

/** A line that stands, or stood, in suspense. */
export interface SuspendedLine {
  readonly line: Line;
  readonly programId: Id<'prg'>;
  readonly state: SuspenseState;
  readonly matchId?: MatchId | undefined;
}

export interface OfProgram {
  readonly programId?: Id<'prg'> | undefined;
}

export interface BreakFilter extends OfProgram {
  readonly state?: BreakState | undefined;
  readonly kind?: BreakKind | undefined;
}

/** What has waited too long: what no line tells of, or a line that is still only announced. */
export interface Overdue {
  readonly kind: 'timing' | 'missing_at_bank' | 'pending_too_long';
  readonly programId: Id<'prg'>;
  readonly account: string;
  readonly amount: Money;
  readonly direction: Break['direction'];
  readonly happenedAt: Instant;
  readonly payoutId?: PayoutId | undefined;
  readonly expectedId?: ExpectedId | undefined;
  readonly line?: Line | undefined;
}

/** What the bank's statements, and the bookings on the bank's account, come to. */
export interface BankPosition {
  readonly programId: Id<'prg'>;
  /** Of the account in the ledger; none is the program's own currency. */
  readonly pot?: string | undefined;
  readonly currency: string;
  /** Of all lines that were booked. */
  readonly bank: bigint;
  /** Booked there for reasons that no line has told us, or confirmed. */
  readonly ours: bigint;
  /** What stands in suspense. */
  readonly suspense: bigint;
}

/** What became of a commission in settlement. */
export interface SettledCommission {
  readonly commissionId: Id<'com'>;
  /** What it cost by the bookings, and of it, what the ledger has not got yet. */
  readonly booked: bigint;
  readonly unposted: bigint;
  /** Of payouts that the bank has confirmed. */
  readonly paid: bigint;
}

export abstract class ReconciliationReader {
  abstract ownerOf(account: string): Promise<Id<'prg'> | undefined>;
  abstract settings(programId: Id<'prg'>): Promise<ReconciliationSettings>;
  /** Of the account that the program pays from now, in its books' currency or in that one. */
  abstract csvLayout(
    programId: Id<'prg'>,
    currency?: string,
  ): Promise<{ readonly account: string; readonly layout?: CsvLayout } | undefined>;
  /** Those in suspense that nobody has looked at since, of one program. */
  abstract unlooked(since: Instant, limit: number): Promise<readonly SuspendedLine[]>;
  abstract hasUnlooked(since: Instant): Promise<boolean>;
  /** Payouts that may be what those lines tell of, likely ones first; bounded. */
  abstract candidates(programId: Id<'prg'>, lines: readonly Line[]): Promise<readonly Payout[]>;
  /** What those lines may confirm, or have confirmed lately; bounded. */
  abstract expected(programId: Id<'prg'>, lines: readonly Line[]): Promise<readonly Expected[]>;
  /** By id, of one state or all. */
  abstract lines(
    request: PageRequest,
    filter: OfProgram & { readonly state?: SuspenseState | undefined },
  ): Promise<Page<SuspendedLine>>;
  abstract line(lineId: LineId): Promise<SuspendedLine | undefined>;
  /** Of the program, in suspense, with those amounts of the other direction or the same: what sums are made of. */
  abstract openLines(programId: Id<'prg'>, near: Line): Promise<readonly Line[]>;
  /** By the time they were made. */
  abstract matches(
    request: PageRequest,
    filter: OfProgram & { readonly state?: MatchState | undefined },
  ): Promise<Page<Match>>;
  /** By the time they were noticed. */
  abstract breaks(request: PageRequest, filter: BreakFilter): Promise<Page<Break>>;
  abstract break(breakId: Id<'brk'>): Promise<Break | undefined>;
  /** Those that no break tells of yet. */
  abstract overdue(now: Instant, limit: number): Promise<readonly Overdue[]>;
  abstract positions(): Promise<readonly BankPosition[]>;
  /** Settled by no line of a bank, and by no rail that says itself when money has arrived: the first hundred. */
  abstract unbacked(): Promise<readonly PayoutId[]>;
  abstract settled(commissionIds: readonly Id<'com'>[]): Promise<readonly SettledCommission[]>;
}
