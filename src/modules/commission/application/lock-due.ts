import type { Clock } from '../../../shared/clock.ts';
import { locked } from '../domain/waiting.ts';
import type { CommissionReader } from '../ports/commission-reader.ts';
import type { CommissionTransaction } from '../ports/commissions.ts';
import { keep } from './keep.ts';

const BATCH = 500;

/** Locks what the return window and fraud have let through. It counts from the end of the window, whenever it is noticed. */
export class LockDue {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly reader: Pick<CommissionReader, 'isDueToLock'>,
    private readonly clock: Clock,
  ) {}

  /** True when there may be more. */
  run(): Promise<boolean> {
    return this.transaction.run(async (stores) => {
      const now = this.clock.now();
      const due = await stores.commissions.dueToLock(now, BATCH);
      const steps = due.flatMap((commission) => locked(commission, now) ?? []);
      await keep(stores, { commissions: steps.map(({ commission }) => commission), steps }, now);
      return due.length === BATCH;
    });
  }

  isDue(): Promise<boolean> {
    return this.reader.isDueToLock(this.clock.now());
  }
}
