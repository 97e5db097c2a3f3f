import type { Month } from '../../../../shared/calendar.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import { begunRun, type InvoiceRefusal, type InvoiceRun } from '../../domain/invoices/invoice-run.ts';
import type { Statement } from '../../domain/statements/statement.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import type { WriteInvoices } from './write-invoices.ts';

type Came = 'drafted' | 'kept' | InvoiceRefusal;

/** Statements that are looked at between two notes of how far it is. */
const PAGE = 100;

/** Asks that the invoices of all statements of a month be drafted. While that is done, it tells how far it is. */
export class AskMonth {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.period_open`, `settlement.no_billing_profile`. */
  run(programId: Id<'prg'>, period: Month, by: string): Promise<InvoiceRun> {
    return this.transaction.run(async (stores) => {
      const known = await stores.invoiceRuns.run(programId, period);
      if (known?.state === 'running') return known;
      await mustBeReady(stores, programId, period);
      const begun = begunRun(programId, period, { by, at: this.clock.now() });
      await stores.invoiceRuns.clearRefusals(begun);
      await stores.invoiceRuns.save(begun);
      return begun;
    });
  }
}

const mustBeReady = async (stores: SettlementStores, programId: Id<'prg'>, period: Month): Promise<void> => {
  await mustBeClosed(stores, programId, period);
  if ((await stores.invoices.buyer(programId)) === undefined) {
    throw new AppError('refused', 'settlement.no_billing_profile', `${programId} has no billing profile yet`);
  }
};

/** Throws `settlement.period_open`. */
export const mustBeClosed = async ({ books }: SettlementStores, programId: Id<'prg'>, period: Month): Promise<void> => {
  const closed = await books.period(programId, period);
  if (closed?.state === 'closed') return;
  throw new AppError('conflict', 'settlement.period_open', `${period} is not closed yet; invoices follow statements`);
};

/**
 * Drafts them, some at a time, each in a transaction of its own; how far it is, is noted behind them. Cut off between the
 * two, it drafts some of them anew, which changes nothing: a draft has the id of its statement.
 */
export class DraftMonth {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly write: WriteInvoices,
    private readonly clock: Clock,
    private readonly page = PAGE,
  ) {}

  /** True when there may be more. */
  async run(): Promise<boolean> {
    const found = await this.transaction.run(async ({ invoiceRuns }) => {
      const run = await invoiceRuns.next();
      return run && { run, statements: await invoiceRuns.statements(run, this.page) };
    });
    if (found === undefined) return false;
    const { run, statements } = found;
    const came: Came[] = [];
    for (const statement of statements) came.push(await this.drafted(statement));
    await this.note(run, statements, came);
    return true;
  }

  private async drafted(statement: Statement): Promise<Came> {
    try {
      return (await this.write.draft(statement)).state === 'draft' ? 'drafted' : 'kept';
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'refused') throw error;
      const { id: statementId, partnerId } = statement;
      return { statementId, partnerId, code: error.code, detail: error.message };
    }
  }

  private note(run: InvoiceRun, statements: readonly Statement[], came: readonly Came[]): Promise<void> {
    const refusals = came.filter((each) => typeof each !== 'string');
    const count = (what: 'drafted' | 'kept') => came.filter((each) => each === what).length;
    const isLast = statements.length < this.page;
    const after: InvoiceRun = {
      ...run,
      after: statements.at(-1)?.partnerId ?? run.after,
      drafted: run.drafted + count('drafted'),
      kept: run.kept + count('kept'),
      refused: run.refused + refusals.length,
      ...(isLast && { state: 'done', endedAt: this.clock.now() }),
    };
    return this.transaction.run(async ({ invoiceRuns }) => {
      await invoiceRuns.addRefusals(run, refusals);
      await invoiceRuns.save(after);
    });
  }
}
