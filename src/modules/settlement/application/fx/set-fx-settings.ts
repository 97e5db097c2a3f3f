import type { Clock } from '../../../../shared/clock.ts';
import { Money } from '../../../../shared/money.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { FxSettings } from '../../domain/fx/settings.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';
import { booksToOpen } from '../books/open-books.ts';

/** Says by whose rates a program exchanges, what it keeps, and who decides about trades. */
export class SetFxSettings {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {}

  /** `limit` is what one person may trade alone. Throws `settlement.unknown_program`, `money.currency_mismatch`. */
  async run(
    terms: Omit<FxSettings, 'setAt' | 'fourEyesAbove'>,
    limit: Money,
  ): Promise<{ readonly settings: FxSettings; readonly currency: string }> {
    const newBooks = await booksToOpen(this.partners, terms.programId);
    const { currency } = newBooks;
    const fourEyesAbove = Money.zero(currency).plus(limit).minor;
    const settings: FxSettings = { ...terms, fourEyesAbove, setAt: this.clock.now() };
    return this.transaction.run(async (stores) => {
      await stores.books.open([newBooks], settings.setAt);
      await stores.fx.saveSettings(settings);
      return { settings, currency };
    });
  }
}
