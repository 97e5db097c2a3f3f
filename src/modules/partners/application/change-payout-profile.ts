import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import { profileTold } from '../domain/announcements.ts';
import { type ProfileDetails, profileFaults, profileOf, type StoredProfile, tidied } from '../domain/payout-profile.ts';
import type { PartnerId } from '../index.ts';
import type { PartnersTransaction } from '../ports/partner-stores.ts';
import { changedMeanwhile, notFound } from './refusals.ts';

/** Says where a partner's money goes from now on. Who changes it must have seen what it changes. */
export class ChangePayoutProfile {
  constructor(
    private readonly transaction: PartnersTransaction,
    private readonly clock: Clock,
  ) {}

  /**
   * `seen` is the version the change is based on, 0 when there was none.
   * Throws `partners.profile_refused`, `partners.not_found`, `http.precondition_failed`.
   */
  async run(partnerId: PartnerId, wanted: ProfileDetails, seen: number, by: string): Promise<StoredProfile> {
    const details = tidied(wanted);
    const faults = profileFaults(details);
    if (faults.length > 0)
      throw new AppError('refused', 'partners.profile_refused', 'no bank would pay to this; see errors', { faults });
    return this.transaction.run(async ({ partners, profiles, outbox }) => {
      const [partner] = await partners.find([partnerId]);
      if (partner === undefined) throw notFound('partner', partnerId);
      const [before] = await profiles.find([partnerId]);
      if ((before?.version ?? 0) !== seen) throw changedMeanwhile();
      const changedAt = this.clock.now();
      const after = { profile: profileOf(partnerId, details), version: seen + 1, changedAt, changedBy: by };
      if (!(await profiles.save([after]))) throw changedMeanwhile();
      outbox.publish(profileTold(partnerId, changedAt));
      return after;
    });
  }
}
