import type { Knex } from 'knex';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { PlainPolicy, PolicyVersion, Rules } from '../../domain/policy/policy.ts';
import { type NewPolicy, type Policies } from '../../ports/attribution-stores.ts';

interface VersionRow {
  readonly program_id: string;
  readonly version: number;
  readonly rules: Rules;
  readonly effective_from: Instant | null;
  readonly published_at: Instant;
  readonly published_by: string;
}

interface PlainRow {
  readonly program_id: string;
  readonly version: number;
  readonly model: PlainPolicy['model'];
  readonly window_days: number;
}

/** What was published before there were rules stands in a table of its own, and no more is added there. */
export class PostgresPolicies implements Policies {
  constructor(private readonly db: Knex) {}

  async ofPrograms(programIds: readonly Id<'prg'>[]): Promise<readonly PolicyVersion[]> {
    const values = { programIds: programIds.map(toUuid) };
    const rows = await rowsOfOften<VersionRow>(
      this.db,
      `select program_id, version, rules, effective_from, published_at, published_by
       from attribution.policy_versions
       where program_id = any(:programIds)`,
      values,
    );
    const plain = await rowsOfOften<PlainRow>(
      this.db,
      'select program_id, version, model, window_days from attribution.policies where program_id = any(:programIds)',
      values,
    );
    return [...plain.map(toPlainVersion), ...rows.map(toVersion)];
  }

  async add({ programId, policy, effectiveFrom, publishedAt, publishedBy }: NewPolicy): Promise<boolean> {
    const rows = await rowsOf(
      this.db,
      `insert into attribution.policy_versions
         (program_id, version, rules, effective_from, published_at, published_by)
       select :programId::uuid, :version::integer, :rules::jsonb, :effectiveFrom::timestamptz,
         :publishedAt::timestamptz, :publishedBy::text
       where not exists (select from attribution.policies where program_id = :programId and version = :version)
       on conflict do nothing
       returning version`,
      {
        programId: toUuid(programId),
        version: policy.version,
        rules: JSON.stringify(policy.rules),
        effectiveFrom: effectiveFrom ?? null,
        publishedAt,
        publishedBy,
      },
    );
    return rows.length > 0;
  }
}

const toVersion = (row: VersionRow): PolicyVersion => ({
  programId: fromUuid('prg', row.program_id),
  policy: { version: row.version, rules: row.rules },
  effectiveFrom: row.effective_from ?? undefined,
  publishedAt: row.published_at,
  publishedBy: row.published_by,
});

const toPlainVersion = (row: PlainRow): PolicyVersion => ({
  programId: fromUuid('prg', row.program_id),
  policy: { version: row.version, model: row.model, windowDays: row.window_days },
});
