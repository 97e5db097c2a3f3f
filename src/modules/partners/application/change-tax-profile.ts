import { dayOf } from '../../../shared/calendar.ts';
import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import { taxProfileTold } from '../domain/announcements.ts';
import { type StoredTaxProfile, type TaxDetails, taxFaults, taxProfileOf, tidiedTax } from '../domain/tax-profile.ts';
import type { PartnerId } from '../index.ts';
import type { PartnersTransaction } from '../ports/partner-stores.ts';
import { changedMeanwhile, notFound } from './refusals.ts';

/** Where a day begins first. */
const FIRST_ZONE = 'Pacific/Kiritimati';

/** Takes what a partner certifies to the tax office. Who changes it must have seen what it changes; all versions stay. */
export class ChangeTaxProfile {
  constructor(
    private readonly transaction: PartnersTransaction,
    private readonly clock: Clock,
  ) {}

  /**
   * `seen` is the version the change is based on, 0 when there was none.
   * Throws `partners.tax_profile_refused`, `partners.not_found`, `http.precondition_failed`.
   */
  async run(partnerId: PartnerId, wanted: TaxDetails, seen: number, by: string): Promise<StoredTaxProfile> {
    const details = tidiedTax(wanted);
    const faults = taxFaults(details, dayOf(this.clock.now(), FIRST_ZONE));
    if (faults.length > 0) {
      const detail = 'no tax office would take this form; see errors';
      throw new AppError('refused', 'partners.tax_profile_refused', detail, { faults });
    }
    return this.transaction.run(async ({ partners, taxProfiles, outbox }) => {
      const [partner] = await partners.find([partnerId]);
      if (partner === undefined) throw notFound('partner', partnerId);
      if ((await taxProfiles.version(partnerId)) !== seen) throw changedMeanwhile();
      const changedAt = this.clock.now();
      const after = { profile: taxProfileOf(partnerId, details), version: seen + 1, changedAt, changedBy: by };
      if (!(await taxProfiles.add(after))) throw changedMeanwhile();
      outbox.publish(taxProfileTold(partnerId, changedAt));
      return after;
    });
  }
}
