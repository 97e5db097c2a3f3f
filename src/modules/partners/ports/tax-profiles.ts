import type { StoredTaxProfile } from '../domain/tax-profile.ts';
import type { PartnerId } from '../index.ts';

export abstract class TaxProfiles {
  /** That of the last one; 0 when there is none. */
  abstract version(partnerId: PartnerId): Promise<number>;
  /** False when there is such a version already: somebody else was first. */
  abstract add(profile: StoredTaxProfile): Promise<boolean>;
}
