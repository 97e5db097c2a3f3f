import type { Invoice } from '../../../src/modules/settlement/domain/invoices/invoice.ts';
import type { IssueRefusal, IssueRun } from '../../../src/modules/settlement/domain/invoices/issue-run.ts';
import { IssueRuns } from '../../../src/modules/settlement/ports/issue-runs.ts';
import type { Month } from '../../../src/shared/calendar.ts';
import type { Id } from '../../../src/shared/ids.ts';
import type { KeptInvoice } from './fake-invoices.ts';
import { Table } from './fake-transaction.ts';

export class IssueRunTables {
  readonly runs = new Table<IssueRun>();
  readonly refusals = new Table<readonly IssueRefusal[]>();

  get all(): readonly Table<unknown>[] {
    return Object.values(this) as Table<unknown>[];
  }
}

const keyOf = ({ programId, period }: Pick<IssueRun, 'programId' | 'period'>): string => `${programId}/${period}`;

export class FakeIssueRuns extends IssueRuns {
  constructor(
    private readonly tables: IssueRunTables,
    private readonly kept: Table<KeptInvoice>,
  ) {
    super();
  }

  run(programId: Id<'prg'>, period: Month): Promise<IssueRun | undefined> {
    return Promise.resolve(this.tables.runs.get(keyOf({ programId, period })));
  }

  next(): Promise<IssueRun | undefined> {
    const running = this.tables.runs.values().filter(({ state }) => state === 'running');
    return Promise.resolve(running.toSorted((a, b) => (a.askedAt < b.askedAt ? -1 : 1))[0]);
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

  save(run: IssueRun): Promise<void> {
    this.tables.runs.set(keyOf(run), run);
    return Promise.resolve();
  }

  addRefusal(run: IssueRun, refusal: IssueRefusal): Promise<void> {
    const known = this.tables.refusals.get(keyOf(run)) ?? [];
    const others = known.filter(({ partnerId }) => partnerId !== refusal.partnerId);
    this.tables.refusals.set(keyOf(run), [...others, refusal]);
    return Promise.resolve();
  }

  clearRefusals(run: IssueRun): Promise<void> {
    this.tables.refusals.delete(keyOf(run));
    return Promise.resolve();
  }
}
