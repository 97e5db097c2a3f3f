import { dayOf } from '../../../../shared/calendar.ts';
import type { Clock } from '../../../../shared/clock.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Changed } from '../../domain/settings/change.ts';
import { type Clearance, clearanceOf, loosenedTax, NO_TAX, type TaxSettings } from '../../domain/tax/clearance.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import type { StoredTaxSettings, TaxDesk } from '../../ports/tax.ts';
import { TaxClearance } from '../../ports/tax-clearance.ts';
import { booksToOpen, knownProgram } from '../books/open-books.ts';
import { askChange, changedMeanwhile, mustBeSeen } from '../settings/change-setting.ts';
import { heldBooks } from '../statements/close-period.ts';

/** Says which tax offices a program's payouts are of interest to. Whatever guards less than before waits for somebody else. */
export class SetTaxSettings {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * `seen` is the version the change is based on. Throws `settlement.unknown_program`, `settlement.change_pending`,
   * `http.precondition_failed`.
   */
  async run(programId: Id<'prg'>, wanted: TaxSettings, seen: number, by: string): Promise<Changed<StoredTaxSettings>> {
    const newBooks = await booksToOpen(this.partners, programId);
    const at = this.clock.now();
    return this.transaction.run(async (stores) => {
      await stores.books.open([newBooks], at);
      await heldBooks(stores, programId);
      const before = await stores.taxSettings.current(programId);
      mustBeSeen(before?.version ?? 0, seen);
      const loosens = loosenedTax(before ?? NO_TAX, wanted);
      if (loosens.length > 0) {
        const asked = { setting: 'tax_settings', programId, seen, wanted, loosens } as const;
        return { waiting: await askChange(stores, this.ids, asked, { by, at }) };
      }
      const settings = { ...wanted, programId, version: seen + 1, changedBy: by, changedAt: at };
      return { done: await putTaxSettings(stores, settings) };
    });
  }
}

/** It counts from now on. Alone with the books. Throws `http.precondition_failed`. */
export const putTaxSettings = async (
  { taxSettings }: SettlementStores,
  settings: StoredTaxSettings,
): Promise<StoredTaxSettings> => {
  if (!(await taxSettings.add(settings))) throw changedMeanwhile();
  return settings;
};

/** Asks each partner's tax profile whether it may be paid, and how much of it goes to a tax office. */
export class ProfiledClearance extends TaxClearance {
  constructor(
    private readonly desk: Pick<TaxDesk, 'settings'>,
    private readonly partners: PartnersPort,
  ) {
    super();
  }

  override async clearances(
    programId: Id<'prg'>,
    partnerIds: readonly Id<'par'>[],
    now: Instant,
  ): Promise<ReadonlyMap<Id<'par'>, Clearance>> {
    const settings = (await this.desk.settings(programId)) ?? NO_TAX;
    if (settings.jurisdictions.length === 0) return new Map();
    const program = await knownProgram(this.partners, programId);
    const profiles = new Map((await this.partners.taxProfiles(partnerIds)).map((each) => [each.partnerId, each]));
    const day = dayOf(now, program.timeZone);
    return new Map(partnerIds.map((partnerId) => [partnerId, clearanceOf(settings, profiles.get(partnerId), day)]));
  }
}
