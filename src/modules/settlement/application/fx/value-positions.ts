import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { booked, type Books } from '../../domain/books/booking.ts';
import type { UsedRate } from '../../domain/fx/exchange.ts';
import { marketOf, type Valuation, valuationFacts } from '../../domain/fx/valuation.ts';
import type { Period } from '../../domain/statements/period.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import type { QuoteRates } from './quote-rates.ts';

/** What is held of other currencies is valued when a period closes, by the last rates before its end. */
export class ValuePositions {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly quotes: QuoteRates,
  ) {}

  /** What there is to be valued is worth; asked before the books are held. Throws `settlement.no_exchange_rate`. */
  async rates(programId: Id<'prg'>, until: Instant): Promise<ReadonlyMap<string, UsedRate>> {
    const held = await this.transaction.look(({ fx }) => fx.heldBefore(programId, until));
    return this.quotes.worth(
      programId,
      held.map(({ currency }) => currency),
      until,
    );
  }

  /** Throws `settlement.period_not_ready`. */
  async book(
    { bookings, fx }: SettlementStores,
    books: Books,
    { programId, period, until, beganAt }: Period,
    rates: ReadonlyMap<string, UsedRate>,
  ): Promise<void> {
    const valuations = (await fx.heldBefore(programId, until)).map(({ currency, quantity, cost }): Valuation => {
      const rate = rates.get(currency) ?? tooEarly(currency);
      const market = marketOf({ quantity, cost }, rate);
      return { programId, period, currency, quantity, cost, market, rate, valuedAt: beganAt };
    });
    const facts = valuations.flatMap((valuation) => valuationFacts(valuation, books.currency, until));
    await bookings.add(facts.map((fact) => booked(fact, books)));
    await fx.addValuations(valuations);
  }
}

const tooEarly = (currency: string): never => {
  throw new AppError('unavailable', 'settlement.period_not_ready', `${currency} moved just now; try again shortly`, {
    retryAfterSeconds: 1,
  });
};
