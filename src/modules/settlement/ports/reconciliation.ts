/** What reconciliation keeps: lines in suspense, what was matched with what, and what does not fit. */
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Break } from '../domain/reconciliation/break.ts';
import type { CsvLayout } from '../domain/reconciliation/csv-layout.ts';
import type { Expected, ExpectedId } from '../domain/reconciliation/expected.ts';
import type { Match, MatchId } from '../domain/reconciliation/match.ts';
import type { Line, LineId } from '../domain/reconciliation/reconciliation.ts';
import type { ReconciliationSettings } from '../domain/reconciliation/settings.ts';
import type { PayoutId } from '../index.ts';

/** `written_off`: booked as a fee, as income or as a loss. */
export type SuspenseState = 'open' | 'matched' | 'written_off';

/** A line with where it stands; absent: it never stood in suspense. */
export interface StandingLine {
  readonly line: Line;
  readonly programId: Id<'prg'>;
  readonly state?: SuspenseState | undefined;
}

/** Until the transaction ends, what is asked for by id is nobody else's. */
export abstract class Reconciliations {
  abstract settings(programId: Id<'prg'>): Promise<ReconciliationSettings>;
  abstract saveSettings(settings: ReconciliationSettings): Promise<void>;
  abstract csvLayout(account: string): Promise<CsvLayout | undefined>;
  abstract saveCsvLayout(account: string, layout: CsvLayout): Promise<void>;
  /** In suspense from now on, as often as their round says. */
  abstract park(programId: Id<'prg'>, lines: readonly Line[]): Promise<void>;
  /** Out of suspense. */
  abstract release(lineIds: readonly LineId[], state: Exclude<SuspenseState, 'open'>, matchId?: MatchId): Promise<void>;
  /** Of those that are known. */
  abstract lines(lineIds: readonly LineId[]): Promise<readonly StandingLine[]>;
  /** Of the program, in suspense, with one of those references. */
  abstract suspended(programId: Id<'prg'>, endToEndIds: readonly string[]): Promise<readonly Line[]>;
  /** What those lines may confirm, or was confirmed about that time; bounded. What is open is nobody else's. */
  abstract expected(programId: Id<'prg'>, lines: readonly Line[]): Promise<readonly Expected[]>;
  /** All sides of one of the program, if it is booked. */
  abstract sides(programId: Id<'prg'>, id: ExpectedId): Promise<readonly Expected[]>;
  /** Lines in suspense that may be what is expected now are looked at anew. */
  abstract lookAgain(programId: Id<'prg'>, sides: readonly Expected[]): Promise<void>;
  abstract looked(lineIds: readonly LineId[], at: Instant): Promise<void>;
  /** One that was proposed, or declined, takes its place. */
  abstract addMatches(matches: readonly Match[]): Promise<void>;
  /** Throws `settlement.match_not_found`. */
  abstract match(matchId: MatchId): Promise<Match>;
  abstract saveMatch(match: Match): Promise<void>;
  /** One that is known is left as it is, but for its kind while it is open: what is late goes missing. */
  abstract addBreaks(breaks: readonly Break[]): Promise<void>;
  /** Throws `settlement.break_not_found`. */
  abstract break(breakId: Id<'brk'>): Promise<Break>;
  abstract saveBreaks(breaks: readonly Break[]): Promise<void>;
  /** Open or proposed, about one of those. */
  abstract breaksAbout(
    lineIds: readonly LineId[],
    payoutIds: readonly PayoutId[],
    ids?: readonly Id<'brk'>[],
  ): Promise<readonly Break[]>;
}
