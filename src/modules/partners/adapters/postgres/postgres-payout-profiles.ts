import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { toUuid } from '../../../../shared/ids.ts';
import type { Vault } from '../../../../shared/vault.ts';
import type { StoredProfile } from '../../domain/payout-profile.ts';
import type { PartnerId } from '../../index.ts';
import type { PayoutProfiles } from '../../ports/partner-stores.ts';
import { profileSealOf, type ProfileRow, toStoredProfile, uuids } from './rows.ts';

export class PostgresPayoutProfiles implements PayoutProfiles {
  constructor(
    private readonly db: Knex,
    private readonly vault: Vault,
  ) {}

  async find(partnerIds: readonly PartnerId[]): Promise<readonly StoredProfile[]> {
    const rows = await rowsOf<ProfileRow>(
      this.db,
      `select partner_id, version, sealed, changed_at, changed_by
       from partners.payout_profiles
       where partner_id = any(:ids)
       order by partner_id`,
      { ids: uuids(partnerIds) },
    );
    return rows.map((row) => toStoredProfile(row, this.vault));
  }

  async save(profiles: readonly StoredProfile[]): Promise<boolean> {
    const rows = await rowsOf(
      this.db,
      `insert into partners.payout_profiles as known (partner_id, version, sealed, changed_at, changed_by)
       select * from unnest(
         :ids::uuid[], :versions::integer[], :sealed::text[], :changed::timestamptz[], :changedBy::text[]
       ) as wanted (partner_id)
       order by partner_id
       on conflict (partner_id) do update
       set version = excluded.version, sealed = excluded.sealed, changed_at = excluded.changed_at,
           changed_by = excluded.changed_by
       where known.version = excluded.version - 1
       returning partner_id`,
      {
        ids: profiles.map(({ profile }) => toUuid(profile.partnerId)),
        versions: profiles.map(({ version }) => version),
        sealed: profiles.map(({ profile }) =>
          this.vault.seal(JSON.stringify(profile), profileSealOf(profile.partnerId)),
        ),
        changed: profiles.map(({ changedAt }) => changedAt),
        changedBy: profiles.map(({ changedBy }) => changedBy),
      },
    );
    return rows.length === profiles.length;
  }
}
