import { boundsOf, type Month } from '../../../../shared/calendar.ts';
import type { Clock } from '../../../../shared/clock.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { CommissionPort } from '../../../commission/index.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Books } from '../../domain/books/booking.ts';
import {
  movePeriod,
  mustBeComplete,
  mustBeInZone,
  mustBeNext,
  mustBeOver,
  type Period,
} from '../../domain/statements/period.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { booksToOpen } from '../books/open-books.ts';
import type { ValuePositions } from '../fx/value-positions.ts';

/**
 * Says that a period is over: from now on nothing is booked into it. `FinishClosing` does the rest. Said again, it
 * only tells how far that has come.
 */
export class ClosePeriod {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly commission: CommissionPort,
    private readonly partners: PartnersPort,
    private readonly values: ValuePositions,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `settlement.unknown_program`, `settlement.period_not_over`, `settlement.earlier_period_open`,
   * `settlement.period_before_books`, `settlement.period_not_ready`, `settlement.zone_changed`,
   * `settlement.no_exchange_rate`.
   */
  async run(programId: Id<'prg'>, period: Month, closedBy: string): Promise<Period> {
    const newBooks = await booksToOpen(this.partners, programId);
    const now = this.clock.now();
    const { from, until } = boundsOf(period, newBooks.timeZone);
    mustBeOver(period, until, now);
    const locked = await this.commission.lockedBefore(programId, until);
    const rates = await this.values.rates(programId, until);
    return this.transaction.run(async (stores) => {
      await stores.books.open([newBooks], now);
      const books = await heldBooks(stores, programId);
      const known = await stores.books.period(programId, period);
      if (known !== undefined) return known;
      mustBeInZone(books, newBooks.timeZone);
      const bookedTotal = await stores.bookings.totalBefore(programId, until);
      mustBeNext(period, books, bookedTotal.firstPeriod);
      mustBeComplete(locked, bookedTotal);
      const state = movePeriod('open', 'close');
      const closing: Period = { programId, period, state, from, until, closedBy, beganAt: now };
      await this.values.book(stores, books, closing, rates);
      await stores.books.savePeriod(closing);
      await stores.books.save({ ...books, closedThrough: period });
      return closing;
    });
  }
}

/** The books, which nobody else touches until the transaction ends. */
export const heldBooks = async ({ books }: SettlementStores, programId: Id<'prg'>): Promise<Books> => {
  const held = await books.hold(programId);
  if (held === undefined) throw new Error(`the books of ${programId} are not open`);
  return held;
};
