import type { Invoice } from '../../../src/modules/settlement/domain/invoices/invoice.ts';
import type { InvoiceRefusal, InvoiceRun } from '../../../src/modules/settlement/domain/invoices/invoice-run.ts';
import type { IssueRefusal, IssueRun } from '../../../src/modules/settlement/domain/invoices/issue-run.ts';
import type { MonthRefusal, MonthRun } from '../../../src/modules/settlement/domain/invoices/month-run.ts';
import type { Statement } from '../../../src/modules/settlement/domain/statements/statement.ts';
import type { InvoiceRuns } from '../../../src/modules/settlement/ports/invoice-runs.ts';
import type { IssueRuns } from '../../../src/modules/settlement/ports/issue-runs.ts';
import { MonthRuns } from '../../../src/modules/settlement/ports/month-runs.ts';
import type { Month } from '../../../src/shared/calendar.ts';
import type { Id } from '../../../src/shared/ids.ts';
import type { KeptInvoice } from './fake-invoices.ts';
import { Table } from './fake-transaction.ts';

export class MonthRunTables<Run extends MonthRun, Refusal extends MonthRefusal> {
  readonly runs = new Table<Run>();
  readonly refusals = new Table<readonly Refusal[]>();

  get all(): readonly Table<unknown>[] {
    return Object.values(this) as Table<unknown>[];
  }
}

const keyOf = ({ programId, period }: Pick<MonthRun, 'programId' | 'period'>): string => `${programId}/${period}`;

class FakeMonthRuns<Run extends MonthRun, Refusal extends MonthRefusal> extends MonthRuns<Run, Refusal> {
  constructor(private readonly tables: MonthRunTables<Run, Refusal>) {
    super();
  }

  run(programId: Id<'prg'>, period: Month): Promise<Run | undefined> {
    return Promise.resolve(this.tables.runs.get(keyOf({ programId, period })));
  }

  next(): Promise<Run | undefined> {
    const running = this.tables.runs.values().filter(({ state }) => state === 'running');
    return Promise.resolve(running.toSorted((a, b) => (a.askedAt < b.askedAt ? -1 : 1))[0]);
  }

  save(run: Run): Promise<void> {
    this.tables.runs.set(keyOf(run), run);
    return Promise.resolve();
  }

  addRefusals(run: Run, refusals: readonly Refusal[]): Promise<void> {
    const known = this.tables.refusals.get(keyOf(run)) ?? [];
    const others = known.filter(({ partnerId }) => !refusals.some((each) => each.partnerId === partnerId));
    this.tables.refusals.set(keyOf(run), [...others, ...refusals]);
    return Promise.resolve();
  }

  clearRefusals(run: Run): Promise<void> {
    this.tables.refusals.delete(keyOf(run));
    return Promise.resolve();
  }
}

export class FakeInvoiceRuns extends FakeMonthRuns<InvoiceRun, InvoiceRefusal> implements InvoiceRuns {
  constructor(
    tables: MonthRunTables<InvoiceRun, InvoiceRefusal>,
    private readonly kept: Table<Statement>,
  ) {
    super(tables);
  }

  statements({ programId, period, after = 'par_' }: InvoiceRun, limit: number): Promise<readonly Statement[]> {
    const own = this.kept
      .values()
      .filter((each) => each.programId === programId && each.period === period && each.partnerId > after);
    return Promise.resolve(own.toSorted((a, b) => (a.partnerId < b.partnerId ? -1 : 1)).slice(0, limit));
  }
}

export class FakeIssueRuns extends FakeMonthRuns<IssueRun, IssueRefusal> implements IssueRuns {
  constructor(
    tables: MonthRunTables<IssueRun, IssueRefusal>,
    private readonly kept: Table<KeptInvoice>,
  ) {
    super(tables);
  }

  invoices({ programId, period, after = 'par_' }: IssueRun, limit: number): Promise<readonly Invoice[]> {
    const own = this.kept
      .values()
      .filter(({ invoice, voids }) => invoice.state !== 'voided' && voids === undefined)
      .map(({ invoice }) => invoice)
      .filter(({ content }) => content.programId === programId && content.period === period)
      .filter(({ content }) => content.partnerId > after);
    const sorted = own.toSorted((a, b) => (a.content.partnerId < b.content.partnerId ? -1 : 1));
    return Promise.resolve(sorted.slice(0, limit));
  }
}
