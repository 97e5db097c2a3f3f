import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { UsedRate } from '../../domain/fx/exchange.ts';
import { marketOf, type Position, type Valuation } from '../../domain/fx/valuation.ts';
import type { FxReader } from '../../ports/fx.ts';
import { knownProgram } from '../books/open-books.ts';
import type { QuoteRates } from './quote-rates.ts';

export interface ShownPosition {
  readonly position: Position;
  /** Of the books. */
  readonly home: string;
  /** Absent while there is no rate that is fresh enough. */
  readonly now?: { readonly market: bigint; readonly rate: UsedRate } | undefined;
  readonly last?: Valuation | undefined;
}

/** What a program holds of other currencies, what that has cost, and what it would bring now. */
export class LookAtPositions {
  constructor(
    private readonly reader: FxReader,
    private readonly partners: PartnersPort,
    private readonly quotes: QuoteRates,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.unknown_program`. */
  async run(programId: Id<'prg'>): Promise<readonly ShownPosition[]> {
    const home = await this.currencyOf(programId);
    const last = new Map((await this.reader.valuations(programId)).map((each) => [each.currency, each]));
    const shown: ShownPosition[] = [];
    for (const position of await this.reader.positions(programId)) {
      const rate = await this.rateOf(position);
      const now = rate && { market: marketOf(position, rate), rate };
      shown.push({ position, home, now, last: last.get(position.currency) });
    }
    return shown;
  }

  /** Of the program's books. Throws `settlement.unknown_program`. */
  async currencyOf(programId: Id<'prg'>): Promise<string> {
    return (await knownProgram(this.partners, programId)).currency;
  }

  /** A position is shown though nobody knows what it is worth. */
  private async rateOf({ programId, currency }: Position): Promise<UsedRate | undefined> {
    try {
      return (await this.quotes.worth(programId, [currency], this.clock.now())).get(currency);
    } catch (error) {
      if (error instanceof AppError && error.code === 'settlement.no_exchange_rate') return undefined;
      throw error;
    }
  }
}
