import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { Vault } from '../../../../shared/vault.ts';
import type { StoredTaxProfile } from '../../domain/tax-profile.ts';
import type { PartnerId, TaxProfile } from '../../index.ts';
import type { TaxProfiles } from '../../ports/tax-profiles.ts';
import { type ProfileRow, uuids } from './rows.ts';

const sealOf = (partnerId: PartnerId, version: number): string => `partners.tax_profiles/${partnerId}/${version}`;

export class PostgresTaxProfiles implements TaxProfiles {
  constructor(
    private readonly db: Knex,
    private readonly vault: Vault,
  ) {}

  async version(partnerId: PartnerId): Promise<number> {
    const [row] = await rowsOf<{ version: number | null }>(
      this.db,
      `select max(version) as version from partners.tax_profiles where partner_id = :id`,
      { id: toUuid(partnerId) },
    );
    return row?.version ?? 0;
  }

  async add({ profile, version, changedAt, changedBy }: StoredTaxProfile): Promise<boolean> {
    const sealed = this.vault.seal(JSON.stringify(profile), sealOf(profile.partnerId, version));
    const rows = await rowsOf(
      this.db,
      `insert into partners.tax_profiles (partner_id, version, sealed, changed_at, changed_by)
       values (:id, :version, :sealed, :changedAt, :changedBy)
       on conflict (partner_id, version) do nothing
       returning version`,
      { id: toUuid(profile.partnerId), version, sealed, changedAt, changedBy },
    );
    return rows.length > 0;
  }
}

/** The last version of each that there is. */
export const taxProfilesOf = async (
  db: Knex,
  vault: Vault,
  partnerIds: readonly PartnerId[],
): Promise<readonly StoredTaxProfile[]> => {
  const rows = await rowsOf<ProfileRow>(
    db,
    `select distinct on (partner_id) partner_id, version, sealed, changed_at, changed_by
     from partners.tax_profiles
     where partner_id = any(:ids)
     order by partner_id, version desc`,
    { ids: uuids(partnerIds) },
  );
  return rows.map((row) => ({
    profile: JSON.parse(vault.open(row.sealed, sealOf(fromUuid('par', row.partner_id), row.version))) as TaxProfile,
    version: row.version,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
  }));
};
