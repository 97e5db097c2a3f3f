import type { Month } from '../../../shared/calendar.ts';
import type { Id } from '../../../shared/ids.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { InvoiceRefusal, InvoiceRun } from '../domain/invoices/invoice-run.ts';
import type { Statement } from '../domain/statements/statement.ts';

/** How far the drafting of months has come. Part of a transaction. */
export abstract class InvoiceRuns {
  /** Nobody else's until the transaction ends. */
  abstract run(programId: Id<'prg'>, period: Month): Promise<InvoiceRun | undefined>;
  /** The one asked for first that is not done. */
  abstract next(): Promise<InvoiceRun | undefined>;
  /** Statements of its month behind the last it has looked at, in the order of partners. */
  abstract statements(run: InvoiceRun, limit: number): Promise<readonly Statement[]>;
  abstract save(run: InvoiceRun): Promise<void>;
  /** One for a partner; the later counts. */
  abstract addRefusals(run: InvoiceRun, refusals: readonly InvoiceRefusal[]): Promise<void>;
  abstract clearRefusals(run: InvoiceRun): Promise<void>;
}

/** Looks at them outside any transaction. */
export abstract class InvoiceRunReader {
  abstract hasRunning(): Promise<boolean>;
  abstract run(programId: Id<'prg'>, period: Month): Promise<InvoiceRun | undefined>;
  /** By partner. */
  abstract refusals(programId: Id<'prg'>, period: Month, request: PageRequest): Promise<Page<InvoiceRefusal>>;
}
