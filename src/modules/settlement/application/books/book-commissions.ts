import type { Clock } from '../../../../shared/clock.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { booked, bookingId, type MoneyFact } from '../../domain/books/booking.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { keepPositions } from '../fx/keep-positions.ts';
import { keepBalances } from '../payouts/keep-balances.ts';
import { booksToOpen } from './open-books.ts';
import type { PostBookings } from './post-bookings.ts';

/** What commission told, and the message that told it. */
export interface ToldFact extends MoneyFact {
  readonly messageId: Id<'evt'>;
}

/**
 * Books what happened to commissions, then has it posted. Two steps, for the ledger is another module: what is to be
 * posted, and when it counts, is decided and on disk before the ledger hears of it, so a repetition can only say the
 * same again.
 */
export class BookCommissions {
  /** Programs whose books are known to be open. */
  private readonly opened = new Set<Id<'prg'>>();

  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly postBookings: PostBookings,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.unknown_program`, `settlement.booked_differently`, `settlement.posting_refused`. */
  async run(consumer: string, told: readonly ToldFact[]): Promise<void> {
    await this.openBooks(new Set(told.map(({ programId }) => programId)));
    await this.transaction.once(
      consumer,
      told.map(({ messageId }) => messageId),
      (stores, fresh) =>
        book(
          stores,
          told.filter(({ messageId }) => fresh.has(messageId)),
        ),
    );
    await this.postBookings.these(told.map(bookingId));
  }

  private async openBooks(programIds: ReadonlySet<Id<'prg'>>): Promise<void> {
    const unknown = [...programIds].filter((programId) => !this.opened.has(programId));
    if (unknown.length === 0) return;
    const books = await Promise.all(unknown.map((programId) => booksToOpen(this.partners, programId)));
    await this.transaction.run((stores) => stores.books.open(books, this.clock.now()));
    for (const programId of unknown) this.opened.add(programId);
  }
}

/** Books facts into the periods they count in. The books stay open for as long as the transaction lasts. */
export const book = async (stores: SettlementStores, facts: readonly MoneyFact[]): Promise<void> => {
  const { books, bookings } = stores;
  const programIds = [...new Set(facts.map(({ programId }) => programId))];
  const shared = new Map((await books.share(programIds)).map((each) => [each.programId, each]));
  await bookings.add(
    facts.map((fact) => {
      const own = shared.get(fact.programId);
      if (own === undefined) throw new Error(`the books of ${fact.programId} are not open`);
      return booked(fact, own);
    }),
  );
  for (const own of shared.values()) {
    const ofProgram = facts.filter(({ programId }) => programId === own.programId);
    await keepBalances(stores, own, ofProgram);
    await keepPositions(stores, own, ofProgram);
  }
};
