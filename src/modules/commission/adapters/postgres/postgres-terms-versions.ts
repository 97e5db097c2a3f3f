import type { Knex } from 'knex';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { isUniqueViolation } from '../../../../infrastructure/postgres/errors.ts';
import { AppError } from '../../../../shared/errors.ts';
import { type Id, toUuid } from '../../../../shared/ids.ts';
import type { TermsVersion } from '../../domain/terms/terms.ts';
import type { TermsVersions } from '../../ports/commissions.ts';
import { type TermsRow, toTermsVersion } from './rows.ts';

export class PostgresTermsVersions implements TermsVersions {
  constructor(private readonly db: Knex) {}

  async ofPrograms(programIds: readonly Id<'prg'>[]): Promise<readonly TermsVersion[]> {
    const rows = await rowsOfOften<TermsRow>(
      this.db,
      `select id, program_id, version, terms, hash, effective_from, published_at from commission.terms where program_id = any(:programIds) order by program_id, version`,
      { programIds: programIds.map(toUuid) },
    );
    return rows.map(toTermsVersion);
  }

  async add({ termsId, programId, version, terms, hash, effectiveFrom, publishedAt }: TermsVersion): Promise<void> {
    try {
      await rowsOf(
        this.db,
        `insert into commission.terms (id, program_id, version, terms, hash, effective_from, published_at)
         values (:id, :programId, :version, :terms::jsonb, :hash, :effectiveFrom, :publishedAt)`,
        {
          id: toUuid(termsId),
          programId: toUuid(programId),
          version,
          terms: JSON.stringify(terms),
          hash,
          effectiveFrom,
          publishedAt,
        },
      );
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new AppError(
        'conflict',
        'commission.terms_version_taken',
        `somebody published version ${version} meanwhile; look at it first`,
        { cause: error },
      );
    }
  }
}
