import type { Month } from '../../../../shared/calendar.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Invoice } from '../../domain/invoices/invoice.ts';
import { begunIssueRun, type IssueRefusal, type IssueRun } from '../../domain/invoices/issue-run.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { mustBeClosed } from './draft-month.ts';
import type { WriteInvoices } from './write-invoices.ts';

type Came = 'issued' | 'kept' | IssueRefusal;

/** Invoices that are looked at before others have their turn. */
const PAGE = 100;

/** Asks that all drafts of a month be issued. While that is done, it tells how far it is. */
export class AskIssue {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.period_open`, `settlement.invoices_being_drafted`. */
  run(programId: Id<'prg'>, period: Month, by: string): Promise<IssueRun> {
    return this.transaction.run(async (stores) => {
      const known = await stores.issueRuns.run(programId, period);
      if (known?.state === 'running') return known;
      await mustBeClosed(stores, programId, period);
      await mustBeDrafted(stores, programId, period);
      const begun = begunIssueRun(programId, period, { by, at: this.clock.now() });
      await stores.issueRuns.clearRefusals(begun);
      await stores.issueRuns.save(begun);
      return begun;
    });
  }
}

/** Issuing could overtake the drafting, and end before the last is drafted. */
const mustBeDrafted = async ({ invoiceRuns }: SettlementStores, programId: Id<'prg'>, period: Month): Promise<void> => {
  const drafting = await invoiceRuns.run(programId, period);
  if (drafting?.state !== 'running') return;
  const detail = `the invoices of ${period} are still being drafted; wait until that is done, and issue them then`;
  throw new AppError('conflict', 'settlement.invoices_being_drafted', detail);
};

/**
 * Issues them, some at a time, each in a transaction of its own that also notes how far it is: cut off wherever, it goes on
 * with the next, and whoever else does the same meanwhile finds it done.
 */
export class IssueMonth {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly write: WriteInvoices,
    private readonly clock: Clock,
    private readonly page = PAGE,
  ) {}

  /** True when there may be more. */
  async run(): Promise<boolean> {
    const found = await this.transaction.run(async ({ issueRuns }) => {
      const run = await issueRuns.next();
      return run && { run, invoices: await issueRuns.invoices(run, this.page) };
    });
    if (found === undefined) return false;
    const { run, invoices } = found;
    for (const invoice of invoices) await this.step(run, invoice);
    if (invoices.length < this.page) await this.end(run);
    return true;
  }

  private step({ programId, period }: IssueRun, invoice: Invoice): Promise<void> {
    const { partnerId } = invoice.content;
    return this.transaction.run(async (stores) => {
      const run = await stores.issueRuns.run(programId, period);
      if (run?.state !== 'running' || (run.after ?? '') >= partnerId) return;
      const came = await this.came(stores, invoice);
      const after: IssueRun = { ...run, after: partnerId };
      if (typeof came === 'string') return stores.issueRuns.save({ ...after, [came]: run[came] + 1 });
      await stores.issueRuns.addRefusals(run, [came]);
      await stores.issueRuns.save({ ...after, refused: run.refused + 1 });
    });
  }

  /** A refusal comes before anything is written, so that its transaction goes on to note it. */
  private async came(stores: SettlementStores, { id: invoiceId, content }: Invoice): Promise<Came> {
    const current = await stores.invoices.invoice(invoiceId);
    if (current.state !== 'draft') return 'kept';
    try {
      await this.write.issueIn(stores, current);
      return 'issued';
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'refused') throw error;
      return { partnerId: content.partnerId, invoiceId, code: error.code, detail: error.message };
    }
  }

  private end({ programId, period }: IssueRun): Promise<void> {
    return this.transaction.run(async ({ issueRuns }) => {
      const run = await issueRuns.run(programId, period);
      if (run?.state === 'running') await issueRuns.save({ ...run, state: 'done', endedAt: this.clock.now() });
    });
  }
}
