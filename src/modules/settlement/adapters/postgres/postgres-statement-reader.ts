import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import type { Month } from '../../../../shared/calendar.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { Block } from '../../domain/payouts/blocks.ts';
import type { Outcome, PayoutDecision } from '../../domain/payouts/payout-decision.ts';
import type { Knowledge, RecordedLine } from '../../domain/statements/knowledge.ts';
import type { Statement, StatementLine } from '../../domain/statements/statement.ts';
import type { StatementId } from '../../index.ts';
import type { BankAccount } from '../../ports/bank-stores.ts';
import type {
  DetailedStatement,
  PeriodsOfProgram,
  PeriodTotal,
  StatementFilter,
  StatementReader,
} from '../../ports/statement-reader.ts';
import { bankAccountOf } from './postgres-bank-statements.ts';
import { type BooksRow, type PeriodRow, type StatementRow, toBooks, toPeriod, toStatement } from './rows.ts';
import { conditions } from './conditions.ts';
import { type ReceptionRow, toReception } from './statements/postgres-receptions.ts';
import { knowledge, recordedSince } from './statements/statement-knowledge.ts';
import { linesOf } from './statements/statement-lines.ts';

interface DecisionRow {
  readonly outcome: Outcome;
  readonly payable_minor: bigint;
  readonly payout_id: string | null;
  /** Absent in decisions of before they stated their reasons. */
  readonly reasons: readonly Block[] | null;
}

interface TotalRow {
  readonly period: Month;
  readonly currency: string;
  readonly count: bigint;
  /** Sums as text: they may outgrow 64 bits. */
  readonly opening: string;
  readonly closing: string;
}

export class PostgresStatementReader implements StatementReader {
  constructor(private readonly db: Knex) {}

  async periods(programId: Id<'prg'>): Promise<PeriodsOfProgram | undefined> {
    const id = toUuid(programId);
    const [books] = await rowsOf<BooksRow & { readonly first: Month | null }>(
      this.db,
      `select books.*, (select min(period) from settlement.bookings where program_id = :id) as first
       from settlement.books where program_id = :id`,
      { id },
    );
    if (books === undefined) return undefined;
    const rows = await rowsOf<PeriodRow>(
      this.db,
      `select * from settlement.periods where program_id = :id order by period`,
      { id },
    );
    return { books: toBooks(books), first: books.first ?? undefined, periods: rows.map(toPeriod) };
  }

  bankAccount(programId: Id<'prg'>): Promise<BankAccount | undefined> {
    return bankAccountOf(this.db, programId);
  }

  async statements(request: PageRequest, filter: StatementFilter): Promise<Page<Statement>> {
    const { where, values } = conditions('stm', request, filter);
    const rows = await rowsOf<StatementRow>(
      this.db,
      `select * from settlement.statements ${where} order by period, id limit :limit`,
      values,
    );
    return pageOf(rows.map(toStatement), request, ({ period, id }) => [period, id]);
  }

  async statement(statementId: StatementId): Promise<DetailedStatement | undefined> {
    const [row] = await rowsOf<StatementRow>(this.db, `select * from settlement.statements where id = :id`, {
      id: toUuid(statementId),
    });
    const [reception] = await rowsOf<ReceptionRow>(
      this.db,
      `select * from settlement.statement_receptions where statement_id = :id`,
      { id: toUuid(statementId) },
    );
    if (row === undefined) return undefined;
    const key = { programId: row.program_id, partnerId: row.partner_id, period: row.period };
    const [decision] = await rowsOf<DecisionRow>(
      this.db,
      `select outcome, payable_minor, payout_id, reasons from settlement.payout_decisions
       where program_id = :programId and partner_id = :partnerId and period = :period`,
      key,
    );
    const statement = toStatement(row);
    return {
      statement,
      reception: reception && toReception(reception),
      decision: decision && toDecision(decision, statement),
    };
  }

  knowledge(statement: Statement, recordedBefore?: Instant): Promise<Knowledge> {
    return knowledge(this.db, statement, recordedBefore);
  }

  recordedSince(statement: Statement, from: Instant, limit: number): Promise<readonly RecordedLine[]> {
    return recordedSince(this.db, statement, from, limit);
  }

  lines({ programId, partnerId, period }: Statement): AsyncIterable<readonly StatementLine[]> {
    return linesOf(this.db, programId, period, { from: partnerId, through: partnerId });
  }

  async totals(programId: Id<'prg'>, partnerId?: Id<'par'>): Promise<readonly PeriodTotal[]> {
    const rows = await rowsOf<TotalRow>(
      this.db,
      `select
         period, min(currency) as currency, count(*) as count,
         sum(opening_minor)::text as opening, sum(closing_minor)::text as closing
       from settlement.statements
       where program_id = :programId ${partnerId === undefined ? '' : 'and partner_id = :partnerId'}
       group by period
       order by period`,
      { programId: toUuid(programId), ...(partnerId && { partnerId: toUuid(partnerId) }) },
    );
    return rows.map(({ period, currency, count, opening, closing }) => ({
      period,
      count: Number(count),
      opening: Money.of(BigInt(opening), currency),
      closing: Money.of(BigInt(closing), currency),
    }));
  }
}

const toDecision = (row: DecisionRow, { programId, period, partnerId, opening }: Statement): PayoutDecision => ({
  programId,
  period,
  partnerId,
  outcome: row.outcome,
  payable: Money.of(row.payable_minor, opening.currency),
  payoutId: row.payout_id === null ? undefined : fromUuid('pay', row.payout_id),
  reasons: row.reasons ?? [],
});
