import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import type { Month } from '../../../../../shared/calendar.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../../../shared/page.ts';
import type { MonthRefusal, MonthRun } from '../../../domain/invoices/month-run.ts';
import type { MonthRunReader, MonthRuns } from '../../../ports/month-runs.ts';

/** Where one kind of run is kept, and what it has that others do not. */
export interface MonthTables<Run extends MonthRun, Refusal extends MonthRefusal> {
  readonly runs: 'invoice_runs' | 'issue_runs';
  readonly refusals: 'invoice_refusals' | 'issue_refusals';
  /** What it counts. */
  readonly count: {
    readonly column: 'drafted' | 'issued';
    readonly of: (run: Run) => number;
    readonly with: (run: MonthRun, count: number) => Run;
  };
  /** What its refusals are about. */
  readonly about: {
    readonly column: 'statement_id' | 'invoice_id';
    readonly of: (refusal: Refusal) => Id<string>;
    readonly with: (refusal: MonthRefusal, uuid: string) => Refusal;
  };
}

interface RunRow {
  readonly program_id: string;
  readonly period: Month;
  readonly state: MonthRun['state'];
  readonly after_partner: string | null;
  readonly count: number;
  readonly kept: number;
  readonly refused: number;
  readonly asked_by: string;
  readonly asked_at: Instant;
  readonly ended_at: Instant | null;
}

interface RefusalRow {
  readonly partner_id: string;
  readonly about: string;
  readonly code: string;
  readonly detail: string;
}

export class PostgresMonthRuns<Run extends MonthRun, Refusal extends MonthRefusal> implements MonthRuns<Run, Refusal> {
  constructor(
    protected readonly db: Knex,
    private readonly tables: MonthTables<Run, Refusal>,
  ) {}

  async run(programId: Id<'prg'>, period: Month): Promise<Run | undefined> {
    const known = await runOf(this.db, this.tables, programId, period, 'for update');
    if (known !== undefined) return known;
    // The first has no row to lock yet.
    await rowsOf(this.db, `select pg_advisory_xact_lock(hashtextextended(:what, 0))`, {
      what: `${this.tables.runs} ${programId} ${period}`,
    });
    return runOf(this.db, this.tables, programId, period, 'for update');
  }

  async next(): Promise<Run | undefined> {
    const { runs } = this.tables;
    const [row] = await rowsOf<RunRow>(
      this.db,
      `${runsIn(this.tables)} where state = 'running' order by ${runs}.asked_at limit 1`,
    );
    return row && toRun(this.tables, row);
  }

  async save(run: Run): Promise<void> {
    const { runs, count } = this.tables;
    const { programId, after, endedAt, ...rest } = run;
    await rowsOf(
      this.db,
      `insert into settlement.${runs}
         (program_id, period, state, after_partner, ${count.column}, kept, refused, asked_by, asked_at, ended_at)
       values (:programId, :period, :state, :after, :count, :kept, :refused, :askedBy, :askedAt, :endedAt)
       on conflict (program_id, period) do update
       set state = excluded.state, after_partner = excluded.after_partner, ${count.column} = excluded.${count.column},
           kept = excluded.kept, refused = excluded.refused, asked_by = excluded.asked_by, asked_at = excluded.asked_at,
           ended_at = excluded.ended_at`,
      {
        ...rest,
        programId: toUuid(programId),
        count: count.of(run),
        after: after === undefined ? null : toUuid(after),
        endedAt: endedAt ?? null,
      },
    );
  }

  async addRefusals({ programId, period }: Run, all: readonly Refusal[]): Promise<void> {
    const { refusals, about } = this.tables;
    await rowsOf(
      this.db,
      `insert into settlement.${refusals} (program_id, period, partner_id, ${about.column}, code, detail)
       select :programId, :period, * from unnest(:partners::uuid[], :abouts::uuid[], :codes::text[], :details::text[])
       on conflict (program_id, period, partner_id) do update
       set ${about.column} = excluded.${about.column}, code = excluded.code, detail = excluded.detail`,
      {
        programId: toUuid(programId),
        period,
        partners: all.map(({ partnerId }) => toUuid(partnerId)),
        abouts: all.map((each) => toUuid(about.of(each))),
        codes: all.map(({ code }) => code),
        details: all.map(({ detail }) => detail),
      },
    );
  }

  async clearRefusals({ programId, period }: Run): Promise<void> {
    await rowsOf(
      this.db,
      `delete from settlement.${this.tables.refusals} where program_id = :programId and period = :period`,
      { programId: toUuid(programId), period },
    );
  }
}

export class PostgresMonthRunReader<Run extends MonthRun, Refusal extends MonthRefusal> implements MonthRunReader<
  Run,
  Refusal
> {
  constructor(
    private readonly db: Knex,
    private readonly tables: MonthTables<Run, Refusal>,
  ) {}

  async hasRunning(): Promise<boolean> {
    const rows = await rowsOf(this.db, `select from settlement.${this.tables.runs} where state = 'running' limit 1`);
    return rows.length > 0;
  }

  run(programId: Id<'prg'>, period: Month): Promise<Run | undefined> {
    return runOf(this.db, this.tables, programId, period);
  }

  async refusals(programId: Id<'prg'>, period: Month, request: PageRequest): Promise<Page<Refusal>> {
    const { refusals, about } = this.tables;
    const [after] = request.after ?? [];
    const rows = await rowsOf<RefusalRow>(
      this.db,
      `select partner_id, ${about.column} as about, code, detail from settlement.${refusals}
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
    const found = rows.map(({ partner_id, about: uuid, code, detail }) =>
      about.with({ partnerId: fromUuid('par', partner_id), code, detail }, uuid),
    );
    return pageOf(found, request, ({ partnerId }) => [partnerId]);
  }
}

type Runs<Run extends MonthRun> = Pick<MonthTables<Run, never>, 'runs' | 'count'>;

const runsIn = <Run extends MonthRun>({ runs, count }: Runs<Run>): string =>
  `select *, ${count.column} as count from settlement.${runs}`;

const runOf = async <Run extends MonthRun>(
  db: Knex,
  tables: Runs<Run>,
  programId: Id<'prg'>,
  period: Month,
  lock: 'for update' | '' = '',
): Promise<Run | undefined> => {
  const [row] = await rowsOf<RunRow>(
    db,
    `${runsIn(tables)} where program_id = :programId and period = :period ${lock}`,
    { programId: toUuid(programId), period },
  );
  return row && toRun(tables, row);
};

const toRun = <Run extends MonthRun>({ count }: Runs<Run>, row: RunRow): Run =>
  count.with(
    {
      programId: fromUuid('prg', row.program_id),
      period: row.period,
      state: row.state,
      after: row.after_partner === null ? undefined : fromUuid('par', row.after_partner),
      kept: row.kept,
      refused: row.refused,
      askedBy: row.asked_by,
      askedAt: row.asked_at,
      endedAt: row.ended_at ?? undefined,
    },
    row.count,
  );
