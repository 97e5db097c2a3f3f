/**
 * The physical limit of storing events: the very rows that the endpoint wrote, into the very tables it wrote them to,
 * with their indexes, checks and partitions, by `psql` and COPY from prepared files. Which tables those are is found
 * out by looking, so that nobody can forget one.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { asOwner } from '../support/database.ts';

const FOLDERS = ['', ...[18, 17, 16, 15].map((version) => `/usr/lib/postgresql/${version}/bin/`)];

/** Undefined where there is none. */
export const findPsql = (): string | undefined =>
  FOLDERS.map((folder) => `${folder}psql`).find((path) =>
    path === 'psql' ? spawnSync(path, ['--version']).status === 0 : existsSync(path),
  );

interface Table {
  readonly name: string;
  /** Those that can be written. */
  readonly columns: string;
}

const TABLES = `
  select format('%I.%I', nspname, relname) as name,
    (
      select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
      where attrelid = pg_class.oid and attnum > 0 and not attisdropped and attgenerated = ''
    ) as columns
  from pg_class join pg_namespace on pg_namespace.oid = relnamespace
  where nspname = 'pipeline' and relkind in ('r', 'p') and not relispartition
  order by 1`;

export class RawCopy {
  private constructor(
    private readonly psql: string,
    private readonly url: string,
    private readonly folder: string,
    private readonly before: Map<string, number>,
    private readonly tables: readonly Table[],
  ) {}

  /** To be called before anything is posted: a table that does not grow from then on is left alone. */
  static async from(psql: string, url: string, folder: string): Promise<RawCopy> {
    mkdirSync(folder, { recursive: true });
    const { tables, counts } = await looked(url);
    return new RawCopy(psql, url, folder, counts, tables);
  }

  /** Whatever was written is taken away. */
  async clear(): Promise<void> {
    const written = await this.written();
    for (const { name } of written) this.before.set(name, 0);
    if (written.length > 0) await asOwner(this.url, [`truncate ${written.map(({ name }) => name).join(', ')}`]);
    await asOwner(this.url, ['checkpoint']);
  }

  /** Seconds that it takes to write again what was written. */
  async again(): Promise<number> {
    const written = await this.written();
    if (written.length === 0) throw new Error('nothing was written');
    const fileOf = ({ name }: Table): string => join(this.folder, `${name}.copy`);
    this.run(written.map((table) => `\\copy (select ${table.columns} from ${table.name}) to '${fileOf(table)}'`));
    await this.clear();
    const started = performance.now();
    this.run(written.map((table) => `\\copy ${table.name} (${table.columns}) from '${fileOf(table)}'`));
    const seconds = (performance.now() - started) / 1_000;
    for (const table of written) rmSync(fileOf(table));
    return seconds;
  }

  /** Tables that hold more than at first. */
  private async written(): Promise<readonly Table[]> {
    const { counts } = await looked(this.url);
    return this.tables.filter(({ name }) => (counts.get(name) ?? 0) > (this.before.get(name) ?? 0));
  }

  private run(commands: readonly string[]): void {
    execFileSync(
      this.psql,
      [this.url, '-X', '-q', '-v', 'ON_ERROR_STOP=1', ...commands.flatMap((command) => ['-c', command])],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
  }
}

const looked = async (
  url: string,
): Promise<{ readonly tables: readonly Table[]; readonly counts: Map<string, number> }> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<Table>(TABLES);
    const counts = new Map<string, number>();
    for (const { name } of tables) {
      const { rows } = await client.query<{ count: string }>(`select count(*)::text as count from ${name}`);
      counts.set(name, Number(rows[0]?.count));
    }
    return { tables, counts };
  } finally {
    await client.end();
  }
};
