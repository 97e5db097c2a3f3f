import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import { announcements } from '../domain/announcements.ts';
import type { OrderException } from '../domain/fold.ts';
import type { OrderId } from '../index.ts';
import type { OrderTransaction } from '../ports/orders.ts';
import { updated } from './receive-order-events.ts';

/** Folds an order again by the rules of today: what a corrected rule makes possible is told, what stays odd stays listed. */
export class RefoldOrder {
  constructor(
    private readonly transaction: OrderTransaction,
    private readonly clock: Clock,
  ) {}

  /** What stays odd. Throws `orders.not_found`. */
  run(orderId: OrderId): Promise<readonly OrderException[]> {
    return this.transaction.run(async ({ orders, outbox }) => {
      const [journal] = await orders.journals([orderId]);
      if (journal === undefined) throw new AppError('not_found', 'orders.not_found', `there is no order ${orderId}`);
      const update = updated(journal, []);
      outbox.publish(...announcements(journal.facts, update.facts));
      await orders.save([update], this.clock.now());
      return update.exceptions;
    });
  }
}
