import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { toUuid } from '../../../../shared/ids.ts';
import type { Vault } from '../../../../shared/vault.ts';
import type { Partner } from '../../domain/partner.ts';
import type { PartnerId } from '../../index.ts';
import type { Partners } from '../../ports/partner-stores.ts';
import { emailSealOf, type PartnerRow, toPartner, uuids } from './rows.ts';

export class PostgresPartners implements Partners {
  constructor(
    private readonly db: Knex,
    private readonly vault: Vault,
  ) {}

  async find(partnerIds: readonly PartnerId[]): Promise<readonly Partner[]> {
    const rows = await rowsOf<PartnerRow>(
      this.db,
      `select id, name, kind, email_sealed, email_fingerprint, created_at
       from partners.partners
       where id = any(:ids)
       order by id`,
      { ids: uuids(partnerIds) },
    );
    return rows.map((row) => toPartner(row, this.vault));
  }

  async save(partners: readonly Partner[]): Promise<void> {
    await rowsOf(
      this.db,
      `insert into partners.partners (id, name, kind, email_sealed, email_fingerprint, created_at)
       select * from unnest(
         :ids::uuid[], :names::text[], :kinds::text[], :sealed::text[], :fingerprints::text[], :created::timestamptz[]
       ) as wanted (id)
       order by id
       on conflict (id) do update
       set name = excluded.name, kind = excluded.kind, email_sealed = excluded.email_sealed,
           email_fingerprint = excluded.email_fingerprint`,
      {
        ids: partners.map(({ partnerId }) => toUuid(partnerId)),
        names: partners.map(({ name }) => name),
        kinds: partners.map(({ kind }) => kind),
        sealed: partners.map(({ partnerId, email }) => this.vault.seal(email, emailSealOf(partnerId))),
        fingerprints: partners.map(({ emailFingerprint }) => emailFingerprint),
        created: partners.map(({ createdAt }) => createdAt),
      },
    );
  }
}
