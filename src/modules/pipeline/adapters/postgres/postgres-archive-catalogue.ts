import type { Knex } from 'knex';
import { faultPoint } from '../../../../infrastructure/fault.ts';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { translated } from '../../../../infrastructure/postgres/errors.ts';
import { inTransaction } from '../../../../infrastructure/postgres/in-transaction.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { HourlyCount } from '../../domain/archive-counts.ts';
import type { ArchiveFile, ArchiveKey } from '../../domain/archive-file.ts';
import { manifestPart } from '../../domain/archive-manifest.ts';
import {
  type Addition,
  ArchiveCatalogue,
  type Forgotten,
  LIVE,
  type ManifestPart,
  type Range,
  type Replacement,
  type TypeTotals,
} from '../../ports/archive-catalogue.ts';
import { FILE_COLUMNS, type FileRow, fileOf, fileValues, FROM_FILES } from './archive-file-rows.ts';
import { addCounts, dropCounts, summaryOfCounts } from './archive-count-rows.ts';

const UNIQUE_VIOLATION = '23505';
const KEYS = 'unnest(:sources::text[], :types::text[], :dates::date[], :hours::smallint[])';

export class PostgresArchiveCatalogue extends ArchiveCatalogue {
  constructor(private readonly db: Knex) {
    super();
  }

  async lastOf(keys: readonly ArchiveKey[]): Promise<readonly ArchiveFile[]> {
    const rows = await rowsOf<FileRow>(
      this.db,
      `select last.*
       from ${KEYS} as wanted (source, type, date, hour)
       cross join lateral (
         select * from pipeline.archive_files as file
         where (file.type, file.date, file.hour, file.source) = (wanted.type, wanted.date, wanted.hour, wanted.source)
           and state = 'current'
         order by number desc
         limit 1
       ) as last`,
      {
        sources: keys.map(({ source }) => source),
        types: keys.map(({ type }) => type),
        dates: keys.map(({ date }) => date),
        hours: keys.map(({ hour }) => hour),
      },
    );
    return rows.map(fileOf);
  }

  async intend(files: readonly ArchiveFile[]): Promise<void> {
    await rowsOf(
      this.db,
      `insert into pipeline.archive_files (${FILE_COLUMNS}, state)
       select ${FILE_COLUMNS}, 'writing' from ${FROM_FILES}
       on conflict (path) do nothing`,
      fileValues(files),
    );
    faultPoint('archive_intended');
  }

  add({ files, counts, forgotten, at }: Addition): Promise<void> {
    return this.commit(at, { files, replaced: [], forgotten }, async (trx) => {
      await addCounts(trx, LIVE, counts);
    });
  }

  replace(replacements: readonly Replacement[], at: Instant): Promise<void> {
    const replaced = replacements.map(({ old }) => old);
    const files = replacements.map(({ file }) => file);
    return this.commit(at, { files, replaced, forgotten: null }, () => Promise.resolve());
  }

  drop(paths: readonly string[], at: Instant): Promise<void> {
    return this.commit(at, { files: [], replaced: paths, forgotten: null }, () => Promise.resolve());
  }

  async leftovers(): Promise<readonly string[]> {
    const rows = await rowsOf<{ path: string }>(
      this.db,
      `update pipeline.archive_files set state = 'going'
       where path in (select path from pipeline.archive_files where state <> 'current' order by path limit 1000)
         and state <> 'current'
       returning path`,
    );
    return rows.map(({ path }) => path);
  }

  async clear(paths: readonly string[]): Promise<void> {
    await rowsOf(this.db, `delete from pipeline.archive_files where path = any(:paths) and state = 'going'`, {
      paths,
    });
  }

  unpublished(): Promise<readonly ManifestPart[]> {
    return rowsOf(
      this.db,
      'select number, content from pipeline.archive_parts where not is_published order by number limit 1000',
    );
  }

  async published(number: number): Promise<void> {
    await rowsOf(this.db, 'update pipeline.archive_parts set is_published = true where number = :number', { number });
    faultPoint('archive_published');
  }

  parts(after: number, limit: number): Promise<readonly ManifestPart[]> {
    return rowsOf(
      this.db,
      'select number, content from pipeline.archive_parts where number > :after order by number limit :limit',
      { after, limit },
    );
  }

  async files({ from, to, types, vouchedBefore }: Range, newest?: number): Promise<readonly ArchiveFile[]> {
    const rows = await rowsOf<FileRow>(
      this.db,
      `select * from (
         select ${FILE_COLUMNS} from pipeline.archive_files
         where state = 'current'
           and (:from::timestamptz is null or last_at >= :from)
           and (:to::timestamptz is null or first_at < :to)
           and (:types::text[] is null or type = any(:types))
           and (:vouched::timestamptz is null
             or part in (select number from pipeline.archive_parts where committed_at < :vouched))
         order by part desc, path
         limit :newest::integer
       ) as file
       order by first_at, path`,
      {
        from: from ?? null,
        to: to ?? null,
        types: types ?? null,
        vouched: vouchedBefore ?? null,
        newest: newest ?? null,
      },
    );
    return rows.map(fileOf);
  }

  async totals(): Promise<readonly TypeTotals[]> {
    const rows = await rowsOf<TypeTotals>(
      this.db,
      `select type, count(*)::integer as files, sum(rows)::float8 as rows, sum(bytes)::float8 as bytes,
              min(first_at) as "firstAt", max(last_at) as "lastAt"
       from pipeline.archive_files
       where state = 'current'
       group by type
       order by type`,
    );
    return rows;
  }

  async isKnown(path: string): Promise<boolean> {
    return (await rowsOf(this.db, 'select from pipeline.archive_files where path = :path', { path })).length > 0;
  }

  async forgotten(): Promise<Forgotten> {
    const [state] = await rowsOf<{ version: number; digests: readonly string[] }>(
      this.db,
      `select forgotten as version,
              array(select visitor_digest from pipeline.archive_forgotten) as digests
       from pipeline.archive_state`,
    );
    return { version: state?.version ?? 0, digests: new Set(state?.digests) };
  }

  async forget(digest: string, at: Instant): Promise<void> {
    await rowsOf(
      this.db,
      `with noted as (
         insert into pipeline.archive_forgotten (visitor_digest, forgotten_at) values (:digest, :at)
         on conflict do nothing
         returning 1
       )
       update pipeline.archive_state set forgotten = forgotten + (select count(*) from noted)`,
      { digest, at },
    );
  }

  async follow(sources: readonly string[]): Promise<void> {
    await rowsOf(
      this.db,
      'insert into pipeline.archive_logs (source) select unnest(:sources::text[]) on conflict do nothing',
      { sources },
    );
  }

  async followed(): Promise<readonly string[]> {
    const rows = await rowsOf<{ source: string }>(this.db, 'select source from pipeline.archive_logs order by source');
    return rows.map(({ source }) => source);
  }

  async unfollow(source: string): Promise<void> {
    await rowsOf(this.db, 'delete from pipeline.archive_logs where source = :source', { source });
  }

  count(edition: string, counts: readonly HourlyCount[]): Promise<void> {
    return addCounts(this.db, edition, counts);
  }

  dropEdition(edition: string): Promise<void> {
    return dropCounts(this.db, edition);
  }

  summaryOf(edition: string, range: Range): Promise<{ readonly rows: number; readonly digest: string }> {
    return summaryOfCounts(this.db, edition, range);
  }

  /** One part of the manifest, with all that belongs to it, or nothing. */
  private async commit(
    at: Instant,
    change: { files: readonly ArchiveFile[]; replaced: readonly string[]; forgotten: number | null },
    more: (trx: Knex) => Promise<void>,
  ): Promise<void> {
    try {
      await inTransaction(this.db, async (trx) => {
        const part = await nextPart(trx, change.forgotten);
        await settle(trx, 'going', change.replaced, part);
        await settle(
          trx,
          'current',
          change.files.map(({ path }) => path),
          part,
        );
        await more(trx);
        const content = manifestPart(part, at, change.files, change.replaced);
        await rowsOf(
          trx,
          'insert into pipeline.archive_parts (number, content, committed_at) values (:part, :content, :at)',
          { part, content, at },
        );
        faultPoint('archive_before_commit');
      });
    } catch (error) {
      throw isUniqueViolation(error) ? overtaken() : translated(error);
    }
    faultPoint('archive_committed');
  }
}

/** Locks out whoever else adds or forgets, until the commit. */
const nextPart = async (trx: Knex, forgotten: number | null): Promise<number> => {
  const [state] = await rowsOf<{ parts: number }>(
    trx,
    `update pipeline.archive_state set parts = parts + 1
     where :forgotten::integer is null or forgotten = :forgotten
     returning parts`,
    { forgotten },
  );
  if (state === undefined) throw overtaken();
  return state.parts;
};

const settle = async (trx: Knex, state: 'current' | 'going', paths: readonly string[], part: number): Promise<void> => {
  const rows = await rowsOf(
    trx,
    `update pipeline.archive_files set state = :state, part = :part
     where path = any(:paths) and state = :before
     returning 1`,
    { state, part, paths, before: state === 'current' ? 'writing' : 'current' },
  );
  if (rows.length < paths.length) throw overtaken();
};

const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;

const overtaken = (): AppError =>
  new AppError('conflict', 'pipeline.archive_overtaken', 'somebody else changed the archive meanwhile; try again');
