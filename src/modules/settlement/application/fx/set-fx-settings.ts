import type { Clock } from '../../../../shared/clock.ts';
import type { Ids } from '../../../../shared/ids.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { type FxSettings, loosenedFx } from '../../domain/fx/settings.ts';
import type { Changed } from '../../domain/settings/change.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';
import { booksToOpen } from '../books/open-books.ts';
import { askChange } from '../settings/change-setting.ts';
import { heldBooks } from '../statements/close-period.ts';

/** As people say it: the limit is an amount in the currency of the books. */
export interface FxTerms extends Pick<FxSettings, 'source' | 'spreadBasisPoints' | 'oldestRateHours'> {
  readonly fourEyesAbove: MoneyJson;
}

/**
 * Says by whose rates a program exchanges, what it keeps, and who decides about trades. The first word on it, and what is
 * stricter than before, counts at once; anything else waits for somebody else.
 */
export class SetFxSettings {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.unknown_program`, `money.currency_mismatch`, `settlement.change_pending`. */
  async run(
    programId: FxSettings['programId'],
    terms: FxTerms,
    by: string,
  ): Promise<{ readonly changed: Changed<FxSettings>; readonly currency: string }> {
    const newBooks = await booksToOpen(this.partners, programId);
    const { currency } = newBooks;
    const at = this.clock.now();
    const settings = fxSettingsOf(terms, currency, { programId, setBy: by, setAt: at });
    return this.transaction.run(async (stores) => {
      await stores.books.open([newBooks], at);
      await heldBooks(stores, programId);
      const before = await stores.fx.settings(programId);
      const loosens = before === undefined ? [] : loosenedFx(before, settings);
      if (loosens.length > 0) {
        const asked = { setting: 'fx_settings', programId, seen: 0, wanted: terms, loosens } as const;
        return { changed: { waiting: await askChange(stores, this.ids, asked, { by, at }) }, currency };
      }
      await stores.fx.saveSettings(settings);
      return { changed: { done: settings }, currency };
    });
  }
}

/** Throws `money.currency_mismatch`. */
export const fxSettingsOf = (
  { fourEyesAbove, ...terms }: FxTerms,
  currency: string,
  said: Pick<FxSettings, 'programId' | 'setBy' | 'setAt'>,
): FxSettings => ({
  ...terms,
  ...said,
  fourEyesAbove: Money.zero(currency).plus(Money.fromJson(fourEyesAbove)).minor,
});
