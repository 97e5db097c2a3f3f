import type { Clock } from '../../../../shared/clock.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Books } from '../../domain/books/booking.ts';
import {
  decidedTrade,
  mustBeTrade,
  type Trade,
  type TradeAction,
  tradeFact,
  type TradeId,
  worthOf,
} from '../../domain/fx/trade.ts';
import { sidesOf } from '../../domain/reconciliation/expected.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { book } from '../books/book-commissions.ts';
import { booksToOpen } from '../books/open-books.ts';

export interface ToldTrade extends Pick<Trade, 'sold' | 'bought' | 'tradedAt' | 'reference'> {
  readonly programId: Id<'prg'>;
  readonly by: string;
}

/** A bank has changed money for us. Up to a limit it is booked at once, above it somebody else agrees first. */
export class TellTrade {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.unknown_program`, `settlement.trade_refused`, `settlement.trade_known`. */
  async run({ by, ...told }: ToldTrade): Promise<Trade> {
    const { programId } = told;
    const newBooks = await booksToOpen(this.partners, programId);
    const madeAt = this.clock.now();
    const id: TradeId = this.ids.next('fxt');
    return this.transaction.run(async (stores) => {
      await stores.books.open([newBooks], madeAt);
      const books = await sharedBooks(stores, programId);
      mustBeTrade({ ...told, madeAt }, books);
      const { fourEyesAbove = 0n } = (await stores.fx.settings(programId)) ?? {};
      const isSmall = worthOf(told, books).minor <= fourEyesAbove;
      const trade: Trade = { id, ...told, state: isSmall ? 'booked' : 'proposed', madeBy: by, madeAt };
      await stores.reconciliations.lookAgain(programId, sidesOf(trade));
      await stores.fx.addTrade(trade);
      if (isSmall) await book(stores, [tradeFact(trade, books)]);
      return trade;
    });
  }
}

/** Somebody else agrees, and it is booked; or it never was. */
export class DecideTrade {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.trade_not_found`, `settlement.four_eyes`, `settlement.illegal_move`. */
  run(id: TradeId, action: TradeAction, by: string): Promise<Trade> {
    return this.transaction.run(async (stores) => {
      const trade = decidedTrade(await stores.fx.trade(id), action, by, this.clock.now());
      await stores.reconciliations.lookAgain(trade.programId, sidesOf(trade));
      await stores.fx.saveTrade(trade);
      if (trade.state === 'booked') await book(stores, [tradeFact(trade, await sharedBooks(stores, trade.programId))]);
      return trade;
    });
  }
}

const sharedBooks = async ({ books }: SettlementStores, programId: Id<'prg'>): Promise<Books> => {
  const [own] = await books.share([programId]);
  if (own === undefined) throw new Error(`the books of ${programId} are not open`);
  return own;
};
