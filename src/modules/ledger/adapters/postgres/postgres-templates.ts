import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { PublishedTemplate, TemplateBody, TemplateRun } from '../../domain/template/template.ts';
import type { TransactionId } from '../../index.ts';
import { type Templates } from '../../ports/ledger-stores.ts';
import { type TemplateReader } from '../../ports/template-reader.ts';

interface TemplateRow {
  readonly name: string;
  readonly version: number;
  readonly body: TemplateBody;
  readonly digest: string;
  readonly published_at: Instant;
}

interface RunRow {
  readonly name: string;
  readonly version: number;
  readonly digest: string;
  readonly transactions: readonly string[];
}

const COLUMNS = 'name, version, body, digest, published_at';

const toTemplate = ({ published_at, ...row }: TemplateRow): PublishedTemplate => ({
  ...row,
  publishedAt: published_at,
});

export class PostgresTemplateReader implements TemplateReader {
  constructor(private readonly db: Knex) {}

  async all(): Promise<readonly PublishedTemplate[]> {
    const rows = await rowsOf<TemplateRow>(
      this.db,
      `select distinct on (name) ${COLUMNS} from ledger.templates order by name, version desc`,
    );
    return rows.map(toTemplate);
  }

  find(name: string, version?: number): Promise<PublishedTemplate | undefined> {
    return findTemplate(this.db, name, version);
  }
}

const findTemplate = async (db: Knex, name: string, version?: number): Promise<PublishedTemplate | undefined> => {
  const rows = await rowsOf<TemplateRow>(
    db,
    `select ${COLUMNS} from ledger.templates
     where name = :name and version = coalesce(:version::integer, version)
     order by version desc limit 1`,
    { name, version: version ?? null },
  );
  return rows.map(toTemplate).at(0);
};

export class PostgresTemplates implements Templates {
  constructor(private readonly db: Knex) {}

  find(name: string, version?: number): Promise<PublishedTemplate | undefined> {
    return findTemplate(this.db, name, version);
  }

  async lock(name: string): Promise<void> {
    await rowsOf(this.db, `select pg_advisory_xact_lock(hashtext('ledger.template'), hashtext(:name))`, { name });
  }

  async publish({ name, version, body, digest, publishedAt }: PublishedTemplate, by: string): Promise<void> {
    await rowsOf(
      this.db,
      `insert into ledger.templates (name, version, body, digest, published_by, published_at)
       values (:name, :version, :body, :digest, :by, :publishedAt)`,
      { name, version, body: JSON.stringify(body), digest, by, publishedAt },
    );
  }

  async run(id: TransactionId): Promise<TemplateRun | undefined> {
    await rowsOf(this.db, `select pg_advisory_xact_lock(hashtext('ledger.template_run'), hashtext(:id))`, { id });
    const rows = await rowsOf<RunRow>(
      this.db,
      `select name, version, digest, transactions from ledger.template_runs where id = :id`,
      { id: toUuid(id) },
    );
    return rows
      .map((row) => ({ ...row, id, transactions: row.transactions.map((uuid) => fromUuid('txn', uuid)) }))
      .at(0);
  }

  async addRun({ id, name, version, digest, transactions }: TemplateRun, at: Instant): Promise<void> {
    await rowsOf(
      this.db,
      `insert into ledger.template_runs (id, name, version, digest, transactions, ran_at)
       values (:id, :name, :version, :digest, :transactions, :at)`,
      { id: toUuid(id), name, version, digest, transactions: transactions.map(toUuid), at },
    );
  }
}
