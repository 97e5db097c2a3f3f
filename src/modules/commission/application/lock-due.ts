import type { Clock } from '../../../shared/clock.ts';
import { announced } from '../domain/announcements.ts';
import { locked } from '../domain/reckon.ts';
import type { CommissionReader } from '../ports/commission-reader.ts';
import type { CommissionTransaction } from '../ports/commissions.ts';

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
    return this.transaction.run(async ({ commissions, outbox }) => {
      const now = this.clock.now();
      const due = await commissions.dueToLock(now, BATCH);
      const steps = due.flatMap((commission) => locked(commission, now) ?? []);
      await commissions.save(steps.map(({ commission }) => commission));
      outbox.publish(...steps.map(announced));
      return due.length === BATCH;
    });
  }

  isDue(): Promise<boolean> {
    return this.reader.isDueToLock(this.clock.now());
  }
}
