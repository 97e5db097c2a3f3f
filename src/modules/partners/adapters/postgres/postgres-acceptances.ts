import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Acceptance, PublishedTerms } from '../../domain/acceptance.ts';
import type { PartnerId } from '../../index.ts';
import type { Acceptances } from '../../ports/acceptances.ts';
import { uuids } from './rows.ts';

export interface AcceptanceRow {
  readonly partner_id: string;
  readonly terms_id: string;
  readonly program_id: string;
  readonly hash: string;
  readonly accepted_at: Instant;
  readonly accepted_by: string;
}

export const toAcceptance = (row: AcceptanceRow): Acceptance => ({
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  termsId: fromUuid('trm', row.terms_id),
  hash: row.hash,
  acceptedAt: row.accepted_at,
  acceptedBy: row.accepted_by,
});

interface PublishedRow {
  readonly terms_id: string;
  readonly program_id: string;
  readonly version: number;
  readonly hash: string;
  readonly effective_from: Instant;
  readonly published_at: Instant;
}

export class PostgresAcceptances implements Acceptances {
  constructor(private readonly db: Knex) {}

  async hear(terms: readonly PublishedTerms[]): Promise<void> {
    await rowsOf(
      this.db,
      `insert into partners.published_terms (terms_id, program_id, version, hash, effective_from, published_at)
       select * from unnest(
         :ids::uuid[], :programIds::uuid[], :versions::integer[], :hashes::text[], :effective::timestamptz[],
         :published::timestamptz[]
       ) as told (terms_id)
       order by terms_id
       on conflict (terms_id) do nothing`,
      {
        ids: terms.map(({ termsId }) => toUuid(termsId)),
        programIds: terms.map(({ programId }) => toUuid(programId)),
        versions: terms.map(({ version }) => version),
        hashes: terms.map(({ hash }) => hash),
        effective: terms.map(({ effectiveFrom }) => effectiveFrom),
        published: terms.map(({ publishedAt }) => publishedAt),
      },
    );
  }

  async terms(termsId: Id<'trm'>): Promise<PublishedTerms | undefined> {
    const [row] = await rowsOf<PublishedRow>(this.db, 'select * from partners.published_terms where terms_id = :id', {
      id: toUuid(termsId),
    });
    return (
      row && {
        termsId,
        programId: fromUuid('prg', row.program_id),
        version: row.version,
        hash: row.hash,
        effectiveFrom: row.effective_from,
        publishedAt: row.published_at,
      }
    );
  }

  async of(termsId: Id<'trm'>, partnerIds: readonly PartnerId[]): Promise<readonly Acceptance[]> {
    const rows = await rowsOf<AcceptanceRow>(
      this.db,
      `select * from partners.acceptances
       where terms_id = :id and partner_id = any(:partnerIds::uuid[])
       order by partner_id`,
      { id: toUuid(termsId), partnerIds: uuids(partnerIds) },
    );
    return rows.map(toAcceptance);
  }

  async add({ programId, partnerId, termsId, hash, acceptedAt, acceptedBy }: Acceptance): Promise<void> {
    await rowsOf(
      this.db,
      `insert into partners.acceptances (partner_id, terms_id, program_id, hash, accepted_at, accepted_by)
       values (:partnerId, :termsId, :programId, :hash, :acceptedAt, :acceptedBy)`,
      {
        partnerId: toUuid(partnerId),
        termsId: toUuid(termsId),
        programId: toUuid(programId),
        hash,
        acceptedAt,
        acceptedBy,
      },
    );
  }
}
