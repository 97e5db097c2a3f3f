/** Looks at periods and statements outside any transaction, for those who only want to see. */
import type { Month } from '../../../shared/calendar.ts';
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Money } from '../../../shared/money.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Books } from '../domain/books/booking.ts';
import type { PayoutDecision } from '../domain/payouts/payout-decision.ts';
import type { Period } from '../domain/statements/period.ts';
import type { Knowledge, RecordedLine } from '../domain/statements/knowledge.ts';
import type { Reception } from '../domain/statements/reception.ts';
import type { Statement, StatementLine } from '../domain/statements/statement.ts';
import type { StatementId } from '../index.ts';
import type { BankAccount } from './bank-stores.ts';

export interface PeriodsOfProgram {
  readonly books: Books;
  /** The period of the earliest booking. */
  readonly first?: Month | undefined;
  /** Closed, or being closed. */
  readonly periods: readonly Period[];
}

export interface StatementFilter {
  readonly programId?: Id<'prg'> | undefined;
  readonly partnerId?: Id<'par'> | undefined;
  readonly period?: Month | undefined;
}

export interface DetailedStatement {
  readonly statement: Statement;
  /** Absent while nobody has seen it. */
  readonly reception?: Reception | undefined;
  /** Absent while the period is still being closed. */
  readonly decision?: PayoutDecision | undefined;
}

export interface PeriodTotal {
  readonly period: Month;
  readonly count: number;
  readonly opening: Money;
  readonly closing: Money;
}

export abstract class StatementReader {
  /** Undefined when the program has no books yet. */
  abstract periods(programId: Id<'prg'>): Promise<PeriodsOfProgram | undefined>;
  abstract bankAccount(programId: Id<'prg'>): Promise<BankAccount | undefined>;
  /** By period, earliest first. */
  abstract statements(request: PageRequest, filter: StatementFilter): Promise<Page<Statement>>;
  abstract statement(statementId: StatementId): Promise<DetailedStatement | undefined>;
  /** What is known of the period, by the time things happened: of what was recorded before that moment, or of all. */
  abstract knowledge(statement: Statement, recordedBefore?: Instant): Promise<Knowledge>;
  /** Of what happened in the period, what was recorded from that moment on, in the order of recording. */
  abstract recordedSince(statement: Statement, from: Instant, limit: number): Promise<readonly RecordedLine[]>;
  /** By effective time, page by page: there may be more than one wants in memory. */
  abstract lines(statement: Statement): AsyncIterable<readonly StatementLine[]>;
  abstract totals(programId: Id<'prg'>, partnerId?: Id<'par'>): Promise<readonly PeriodTotal[]>;
}
