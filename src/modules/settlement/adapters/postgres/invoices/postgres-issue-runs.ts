import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import type { Month } from '../../../../../shared/calendar.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../../../shared/page.ts';
import type { Invoice } from '../../../domain/invoices/invoice.ts';
import type { IssueRefusal, IssueRun } from '../../../domain/invoices/issue-run.ts';
import type { IssueRunReader, IssueRuns } from '../../../ports/issue-runs.ts';
import { type InvoiceRow, toInvoice } from './invoice-rows.ts';

interface RunRow {
  readonly program_id: string;
  readonly period: Month;
  readonly state: IssueRun['state'];
  readonly after_partner: string | null;
  readonly issued: number;
  readonly kept: number;
  readonly refused: number;
  readonly asked_by: string;
  readonly asked_at: Instant;
  readonly ended_at: Instant | null;
}

interface RefusalRow {
  readonly partner_id: string;
  readonly invoice_id: string;
  readonly code: string;
  readonly detail: string;
}

export class PostgresIssueRuns implements IssueRuns {
  constructor(private readonly db: Knex) {}

  async run(programId: Id<'prg'>, period: Month): Promise<IssueRun | undefined> {
    const known = await this.held(programId, period);
    if (known !== undefined) return known;
    // The first has no row to lock yet.
    await rowsOf(this.db, `select pg_advisory_xact_lock(hashtextextended('issuing of ' || :what, 0))`, {
      what: `${programId} ${period}`,
    });
    return this.held(programId, period);
  }

  async next(): Promise<IssueRun | undefined> {
    const [row] = await rowsOf<RunRow>(
      this.db,
      `select * from settlement.issue_runs where state = 'running' order by asked_at limit 1`,
    );
    return row && toRun(row);
  }

  async invoices({ programId, period, after }: IssueRun, limit: number): Promise<readonly Invoice[]> {
    // By way of the statements, which stand in this order: however many programs have invoices of the month.
    const rows = await rowsOf<InvoiceRow>(
      this.db,
      `select invoices.*
       from settlement.statements
       join settlement.invoices on invoices.statement_id = statements.id
       where statements.program_id = :programId and statements.period = :period
         and (:after::uuid is null or statements.partner_id > :after)
         and invoices.voids is null and invoices.state <> 'voided'
       order by statements.partner_id
       limit :limit`,
      { programId: toUuid(programId), period, after: after === undefined ? null : toUuid(after), limit },
    );
    return rows.map(toInvoice);
  }

  async save({ programId, after, endedAt, ...run }: IssueRun): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.issue_runs
         (program_id, period, state, after_partner, issued, kept, refused, asked_by, asked_at, ended_at)
       values (:programId, :period, :state, :after, :issued, :kept, :refused, :askedBy, :askedAt, :endedAt)
       on conflict (program_id, period) do update
       set state = excluded.state, after_partner = excluded.after_partner, issued = excluded.issued,
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

  async addRefusal({ programId, period }: IssueRun, refusal: IssueRefusal): Promise<void> {
    const { partnerId, invoiceId, code, detail } = refusal;
    await rowsOf(
      this.db,
      `insert into settlement.issue_refusals (program_id, period, partner_id, invoice_id, code, detail)
       values (:programId, :period, :partnerId, :invoiceId, :code, :detail)
       on conflict (program_id, period, partner_id) do update
       set invoice_id = excluded.invoice_id, code = excluded.code, detail = excluded.detail`,
      {
        ...{ programId: toUuid(programId), period, partnerId: toUuid(partnerId), invoiceId: toUuid(invoiceId) },
        ...{ code, detail },
      },
    );
  }

  async clearRefusals({ programId, period }: IssueRun): Promise<void> {
    await rowsOf(this.db, `delete from settlement.issue_refusals where program_id = :programId and period = :period`, {
      programId: toUuid(programId),
      period,
    });
  }

  private async held(programId: Id<'prg'>, period: Month): Promise<IssueRun | undefined> {
    const [row] = await rowsOf<RunRow>(
      this.db,
      `select * from settlement.issue_runs where program_id = :programId and period = :period for update`,
      { programId: toUuid(programId), period },
    );
    return row && toRun(row);
  }
}

export class PostgresIssueRunReader implements IssueRunReader {
  constructor(private readonly db: Knex) {}

  async hasRunning(): Promise<boolean> {
    const rows = await rowsOf(this.db, `select from settlement.issue_runs where state = 'running' limit 1`);
    return rows.length > 0;
  }

  async run(programId: Id<'prg'>, period: Month): Promise<IssueRun | undefined> {
    const [row] = await rowsOf<RunRow>(
      this.db,
      `select * from settlement.issue_runs where program_id = :programId and period = :period`,
      { programId: toUuid(programId), period },
    );
    return row && toRun(row);
  }

  async refusals(programId: Id<'prg'>, period: Month, request: PageRequest): Promise<Page<IssueRefusal>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<RefusalRow>(
      this.db,
      `select partner_id, invoice_id, code, detail from settlement.issue_refusals
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

const toRun = (row: RunRow): IssueRun => ({
  programId: fromUuid('prg', row.program_id),
  period: row.period,
  state: row.state,
  after: row.after_partner === null ? undefined : fromUuid('par', row.after_partner),
  issued: row.issued,
  kept: row.kept,
  refused: row.refused,
  askedBy: row.asked_by,
  askedAt: row.asked_at,
  endedAt: row.ended_at ?? undefined,
});

const toRefusal = (row: RefusalRow): IssueRefusal => ({
  partnerId: fromUuid('par', row.partner_id),
  invoiceId: fromUuid('inv', row.invoice_id),
  code: row.code,
  detail: row.detail,
});
