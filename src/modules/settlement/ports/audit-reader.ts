import type { Id } from '../../../shared/ids.ts';
import type { Money } from '../../../shared/money.ts';
import type { Period } from '../domain/statements/period.ts';
import type { PartnerLine, Statement } from '../domain/statements/statement.ts';
import type { BatchId, PayoutId } from '../index.ts';
import type { Booking, Books } from '../domain/books/booking.ts';

export interface BookedLocks {
  readonly count: number;
  readonly minor: bigint;
}

/** What a clearing account should hold; that of the program, where no batch is named. */
export interface InClearing {
  readonly batchId?: BatchId | undefined;
  readonly amount: Money;
}

/** What is kept beside a partner's balance, as far as the ledger has been told of it. */
export interface KeptBeside {
  readonly partnerId: Id<'par'>;
  /** What is left of slices. */
  readonly reserved: bigint;
  /** What is left of receivables. */
  readonly owed: bigint;
}

/** A posted booking and its place in the order of all. */
export interface PostedBooking {
  readonly seq: bigint;
  readonly booking: Booking;
}

/** How many of something there are, and what they come to. */
export interface Tally {
  /** The program, and the period where there is one. */
  readonly of: string;
  readonly count: number;
  readonly minor: bigint;
}

/** The same counted twice: as it was told to the world, and as it was written down. */
export interface ToldAndKept {
  readonly told: readonly Tally[];
  readonly kept: readonly Tally[];
}

/** Looks at everything, to see whether it is as it must be. */
export abstract class AuditReader {
  abstract books(): Promise<readonly Books[]>;
  /** Those whose statements are written, earliest first. */
  abstract periods(programId: Id<'prg'>): Promise<readonly Period[]>;
  abstract statements(programId: Id<'prg'>, period: Period['period']): Promise<readonly Statement[]>;
  /** By partner, page by page. */
  abstract lines(programId: Id<'prg'>, period: Period['period']): AsyncIterable<readonly PartnerLine[]>;
  /** Payouts whose allocations do not sum to their amount; a hundred at most. */
  abstract unevenPayouts(): Promise<readonly PayoutId[]>;
  /** What is submitted and not yet settled, rejected or returned: of every batch that was ever sent. */
  abstract inClearing(programId: Id<'prg'>): Promise<readonly InClearing[]>;
  /** Of every partner who ever had a slice or a receivable, or a booking of either. */
  abstract keptBeside(programId: Id<'prg'>): Promise<readonly KeptBeside[]>;
  abstract locks(programId: Id<'prg'>): Promise<BookedLocks>;
  /** What the ledger has taken, in the order in which it was booked; some. */
  abstract posted(after: bigint, limit: number): Promise<readonly PostedBooking[]>;
  abstract statementsTold(): Promise<ToldAndKept>;
  abstract submissionsTold(): Promise<ToldAndKept>;
  /** Booked, and not in the ledger. */
  abstract unposted(programId: Id<'prg'>): Promise<number>;
}
