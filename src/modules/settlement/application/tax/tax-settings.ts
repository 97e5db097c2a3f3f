import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { type Clearance, clearanceOf, NO_TAX, type TaxSettings } from '../../domain/tax/clearance.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { dayOf } from '../../../../shared/calendar.ts';
import type { StoredTaxSettings, TaxDesk } from '../../ports/tax.ts';
import { TaxClearance } from '../../ports/tax-clearance.ts';
import { knownProgram } from '../books/open-books.ts';

/** Says which tax offices a program's payouts are of interest to. */
export class SetTaxSettings {
  constructor(
    private readonly desk: TaxDesk,
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {}

  /** `seen` is the version the change is based on. Throws `settlement.unknown_program`, `http.precondition_failed`. */
  async run(programId: Id<'prg'>, wanted: TaxSettings, seen: number, by: string): Promise<StoredTaxSettings> {
    await knownProgram(this.partners, programId);
    const before = await this.desk.settings(programId);
    const after = { ...wanted, programId, version: seen + 1, changedBy: by, changedAt: this.clock.now() };
    if ((before?.version ?? 0) !== seen || !(await this.desk.saveSettings(after))) {
      const detail = 'it has changed since you saw it; get it again, then decide';
      throw new AppError('conflict', 'http.precondition_failed', detail);
    }
    return after;
  }
}

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
