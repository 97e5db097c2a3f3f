import type { Month } from '../../../shared/calendar.ts';
import type { Id } from '../../../shared/ids.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { MonthRefusal, MonthRun } from '../domain/invoices/month-run.ts';

/** How far what is done for whole months has come. Part of a transaction. */
export abstract class MonthRuns<Run extends MonthRun, Refusal extends MonthRefusal> {
  /** Nobody else's until the transaction ends, also where there is none yet. */
  abstract run(programId: Id<'prg'>, period: Month): Promise<Run | undefined>;
  /** The one asked for first that is not done. */
  abstract next(): Promise<Run | undefined>;
  abstract save(run: Run): Promise<void>;
  /** One for a partner; the later counts. */
  abstract addRefusals(run: Run, refusals: readonly Refusal[]): Promise<void>;
  abstract clearRefusals(run: Run): Promise<void>;
}

/** Looks at them outside any transaction. */
export abstract class MonthRunReader<Run extends MonthRun, Refusal extends MonthRefusal> {
  abstract hasRunning(): Promise<boolean>;
  abstract run(programId: Id<'prg'>, period: Month): Promise<Run | undefined>;
  /** By partner. */
  abstract refusals(programId: Id<'prg'>, period: Month, request: PageRequest): Promise<Page<Refusal>>;
}
