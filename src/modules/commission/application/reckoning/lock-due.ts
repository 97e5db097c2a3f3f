import type { Clock } from '../../../../shared/clock.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';
import { locked } from '../../domain/life-cycle/waiting.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';
import type { CommissionStores, CommissionTransaction } from '../../ports/commissions.ts';
import { acceptedBy } from '../terms/accepted-by.ts';
import { keep } from './keep.ts';

const BATCH = 500;

/**
 * Locks what the return window and fraud have let through, where the terms are accepted if they have to be. It counts from
 * the end of the window, whenever it is noticed. What waits for an acceptance is noted, and not looked at before it comes.
 */
export class LockDue {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly reader: Pick<CommissionReader, 'isDueToLock'>,
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {}

  /** True when there may be more. */
  run(): Promise<boolean> {
    return this.transaction.run(async (stores) => {
      const now = this.clock.now();
      const due = await stores.commissions.dueToLock(now, BATCH);
      const isAccepted = await this.acceptances(stores, due);
      const steps = due.filter(isAccepted).flatMap((commission) => locked(commission, now) ?? []);
      const waiting = due
        .filter((commission) => !isAccepted(commission))
        .map((commission): Commission => ({ ...commission, awaitsAcceptance: true }));
      await keep(stores, { commissions: [...steps.map(({ commission }) => commission), ...waiting], steps }, now);
      return due.length === BATCH;
    });
  }

  isDue(): Promise<boolean> {
    return this.reader.isDueToLock(this.clock.now());
  }

  /** Asked with the commissions in hand: whoever is heard to accept meanwhile waits, and finds what was noted. */
  private async acceptances(
    { commissions }: CommissionStores,
    due: readonly Commission[],
  ): Promise<(commission: Commission) => boolean> {
    const parents = await commissions.parentsOf(due);
    const byId = new Map(parents.map((parent) => [parent.id, parent]));
    const isAccepted = await acceptedBy(this.partners, [...due, ...parents]);
    return (commission) => {
      const parent = commission.recruit && byId.get(commission.recruit.parentId);
      return isAccepted(commission) && (parent === undefined || isAccepted(parent));
    };
  }
}
