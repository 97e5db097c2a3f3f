import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import type { Month } from '../../../../../shared/calendar.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../../../shared/page.ts';
import type { InvoiceRefusal, InvoiceRun } from '../../../domain/invoices/invoice-run.ts';
import type { Statement } from '../../../domain/statements/statement.ts';
import type { InvoiceRunReader, InvoiceRuns } from '../../../ports/invoice-runs.ts';
import { type StatementRow, toStatement } from '../rows.ts';

interface RunRow {
  readonly program_id: string;
  readonly period: Month;
  readonly state: InvoiceRun['state'];
  readonly after_partner: string | null;
  readonly drafted: number;
  readonly kept: number;
  readonly refused: number;
  readonly asked_by: string;
  readonly asked_at: Instant;
  readonly ended_at: Instant | null;
}

interface RefusalRow {
  readonly partner_id: string;
  readonly statement_id: string;
  readonly code: string;
  readonly detail: string;
}

export class PostgresInvoiceRuns implements InvoiceRuns {
  constructor(private readonly db: Knex) {}

  async run(programId: Id<'prg'>, period: Month): Promise<InvoiceRun | undefined> {
    const [row] = await rowsOf<RunRow>(
      this.db,
      `select * from settlement.invoice_runs where program_id = :programId and period = :period for update`,
      { programId: toUuid(programId), period },
    );
    return row && toRun(row);
  }

  async next(): Promise<InvoiceRun | undefined> {
    const [row] = await rowsOf<RunRow>(
      this.db,
      `select * from settlement.invoice_runs where state = 'running' order by asked_at limit 1`,
    );
    return row && toRun(row);
  }

  async statements({ programId, period, after }: InvoiceRun, limit: number): Promise<readonly Statement[]> {
    const rows = await rowsOf<StatementRow>(
      this.db,
      `select * from settlement.statements
       where program_id = :programId and period = :period and (:after::uuid is null or partner_id > :after)
       order by partner_id
       limit :limit`,
      { programId: toUuid(programId), period, after: after === undefined ? null : toUuid(after), limit },
    );
    return rows.map(toStatement);
  }

  async save({ programId, after, endedAt, ...run }: InvoiceRun): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.invoice_runs
         (program_id, period, state, after_partner, drafted, kept, refused, asked_by, asked_at, ended_at)
       values (:programId, :period, :state, :after, :drafted, :kept, :refused, :askedBy, :askedAt, :endedAt)
       on conflict (program_id, period) do update
       set state = excluded.state, after_partner = excluded.after_partner, drafted = excluded.drafted,
           kept = excluded.kept, refused = excluded.refused, asked_by = excluded.asked_by, asked_at = excluded.asked_at,
           ended_at = excluded.ended_at`,
      {
        ...run,
        programId: toUuid(programId),
        after: after === undefined ? null : toUuid(after),
        endedAt: endedAt ?? null,
      },
    );
  }

  async addRefusals({ programId, period }: InvoiceRun, refusals: readonly InvoiceRefusal[]): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.invoice_refusals (program_id, period, partner_id, statement_id, code, detail)
       select :programId, :period, * from unnest(:partners::uuid[], :statements::uuid[], :codes::text[], :details::text[])
       on conflict (program_id, period, partner_id) do update set code = excluded.code, detail = excluded.detail`,
      {
        programId: toUuid(programId),
        period,
        partners: refusals.map(({ partnerId }) => toUuid(partnerId)),
        statements: refusals.map(({ statementId }) => toUuid(statementId)),
        codes: refusals.map(({ code }) => code),
        details: refusals.map(({ detail }) => detail),
      },
    );
  }

  async clearRefusals({ programId, period }: InvoiceRun): Promise<void> {
    await rowsOf(
      this.db,
      `delete from settlement.invoice_refusals where program_id = :programId and period = :period`,
      { programId: toUuid(programId), period },
    );
  }
}

export class PostgresInvoiceRunReader implements InvoiceRunReader {
  constructor(private readonly db: Knex) {}

  async hasRunning(): Promise<boolean> {
    const rows = await rowsOf(this.db, `select from settlement.invoice_runs where state = 'running' limit 1`);
    return rows.length > 0;
  }

  async run(programId: Id<'prg'>, period: Month): Promise<InvoiceRun | undefined> {
    const [row] = await rowsOf<RunRow>(
      this.db,
      `select * from settlement.invoice_runs where program_id = :programId and period = :period`,
      { programId: toUuid(programId), period },
    );
    return row && toRun(row);
  }

  async refusals(programId: Id<'prg'>, period: Month, request: PageRequest): Promise<Page<InvoiceRefusal>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<RefusalRow>(
      this.db,
      `select partner_id, statement_id, code, detail from settlement.invoice_refusals
       where program_id = :programId and period = :period and (:after::uuid is null or partner_id > :after)
       order by partner_id
       limit :limit`,
      {
        programId: toUuid(programId),
        period,
        after: after === undefined ? null : toUuid(parseId('par', after)),
        limit: request.limit + 1,
      },
    );
    return pageOf(rows.map(toRefusal), request, ({ partnerId }) => [partnerId]);
  }
}

const toRun = (row: RunRow): InvoiceRun => ({
  programId: fromUuid('prg', row.program_id),
  period: row.period,
  state: row.state,
  after: row.after_partner === null ? undefined : fromUuid('par', row.after_partner),
  drafted: row.drafted,
  kept: row.kept,
  refused: row.refused,
  askedBy: row.asked_by,
  askedAt: row.asked_at,
  endedAt: row.ended_at ?? undefined,
});

const toRefusal = (row: RefusalRow): InvoiceRefusal => ({
  partnerId: fromUuid('par', row.partner_id),
  statementId: fromUuid('stm', row.statement_id),
  code: row.code,
  detail: row.detail,
});
