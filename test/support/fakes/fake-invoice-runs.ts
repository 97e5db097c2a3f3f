import type { InvoiceRefusal, InvoiceRun } from '../../../src/modules/settlement/domain/invoices/invoice-run.ts';
import type { Statement } from '../../../src/modules/settlement/domain/statements/statement.ts';
import { InvoiceRuns } from '../../../src/modules/settlement/ports/invoice-runs.ts';
import type { Month } from '../../../src/shared/calendar.ts';
import type { Id } from '../../../src/shared/ids.ts';
import { Table } from './fake-transaction.ts';

export class InvoiceRunTables {
  readonly runs = new Table<InvoiceRun>();
  readonly refusals = new Table<readonly InvoiceRefusal[]>();

  get all(): readonly Table<unknown>[] {
    return Object.values(this) as Table<unknown>[];
  }
}

const keyOf = ({ programId, period }: Pick<InvoiceRun, 'programId' | 'period'>): string => `${programId}/${period}`;

export class FakeInvoiceRuns extends InvoiceRuns {
  constructor(
    private readonly tables: InvoiceRunTables,
    private readonly kept: Table<Statement>,
  ) {
    super();
  }

  run(programId: Id<'prg'>, period: Month): Promise<InvoiceRun | undefined> {
    return Promise.resolve(this.tables.runs.get(keyOf({ programId, period })));
  }

  next(): Promise<InvoiceRun | undefined> {
    const running = this.tables.runs.values().filter(({ state }) => state === 'running');
    return Promise.resolve(running.toSorted((a, b) => (a.askedAt < b.askedAt ? -1 : 1))[0]);
  }

  statements({ programId, period, after = 'par_' }: InvoiceRun, limit: number): Promise<readonly Statement[]> {
    const own = this.kept
      .values()
      .filter((each) => each.programId === programId && each.period === period && each.partnerId > after);
    return Promise.resolve(own.toSorted((a, b) => (a.partnerId < b.partnerId ? -1 : 1)).slice(0, limit));
  }

  save(run: InvoiceRun): Promise<void> {
    this.tables.runs.set(keyOf(run), run);
    return Promise.resolve();
  }

  addRefusals(run: InvoiceRun, refusals: readonly InvoiceRefusal[]): Promise<void> {
    const known = this.tables.refusals.get(keyOf(run)) ?? [];
    const others = known.filter(({ partnerId }) => !refusals.some((each) => each.partnerId === partnerId));
    this.tables.refusals.set(keyOf(run), [...others, ...refusals]);
    return Promise.resolve();
  }

  clearRefusals(run: InvoiceRun): Promise<void> {
    this.tables.refusals.delete(keyOf(run));
    return Promise.resolve();
  }
}
