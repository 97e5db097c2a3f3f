import type { Month } from '../../../shared/calendar.ts';
import type { Id } from '../../../shared/ids.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Invoice } from '../domain/invoices/invoice.ts';
import type { IssueRefusal, IssueRun } from '../domain/invoices/issue-run.ts';

/** How far the issuing of months has come. Part of a transaction. */
export abstract class IssueRuns {
  /** Nobody else's until the transaction ends. */
  abstract run(programId: Id<'prg'>, period: Month): Promise<IssueRun | undefined>;
  /** The one asked for first that is not done. */
  abstract next(): Promise<IssueRun | undefined>;
  /**
   * Invoices of its month behind the last it has looked at, in the order of partners; neither voided ones nor those that
   * void others, so that there is one of a partner at most.
   */
  abstract invoices(run: IssueRun, limit: number): Promise<readonly Invoice[]>;
  abstract save(run: IssueRun): Promise<void>;
  /** One for a partner; the later counts. */
  abstract addRefusal(run: IssueRun, refusal: IssueRefusal): Promise<void>;
  abstract clearRefusals(run: IssueRun): Promise<void>;
}

/** Looks at them outside any transaction. */
export abstract class IssueRunReader {
  abstract hasRunning(): Promise<boolean>;
  abstract run(programId: Id<'prg'>, period: Month): Promise<IssueRun | undefined>;
  /** By partner. */
  abstract refusals(programId: Id<'prg'>, period: Month, request: PageRequest): Promise<Page<IssueRefusal>>;
}
