import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../../../shared/page.ts';
import type { Payout } from '../../../domain/payouts/payout.ts';
import type { Break } from '../../../domain/reconciliation/break.ts';
import type { CsvLayout } from '../../../domain/reconciliation/csv-layout.ts';
import type { Expected } from '../../../domain/reconciliation/expected.ts';
import type { Match, MatchState } from '../../../domain/reconciliation/match.ts';
import { WINDOW_DAYS } from '../../../domain/reconciliation/near.ts';
import type { Line, LineId } from '../../../domain/reconciliation/reconciliation.ts';
import { payoutsNamed } from '../../../domain/reconciliation/references.ts';
import type { ReconciliationSettings } from '../../../domain/reconciliation/settings.ts';
import type { PayoutId } from '../../../index.ts';
import type { SuspenseState } from '../../../ports/reconciliation.ts';
import type {
  BankPosition,
  BreakFilter,
  OfProgram,
  Overdue,
  ReconciliationReader,
  SettledCommission,
  SuspendedLine,
} from '../../../ports/reconciliation-reader.ts';
import { type PayoutRow, toPayout } from '../rows.ts';
import { LINE_COLUMNS, type LineRow, toLine } from './bank-lines.ts';
import { type BreakRow, toBreak } from './break-rows.ts';
import { expectedBy } from './expected-rows.ts';
import { type MatchRow, toMatch } from './match-rows.ts';
import { overdueOf } from './overdue.ts';
import { positionsOf, settledOf, unbackedIn } from './positions.ts';
import { csvLayoutOf, settingsOf } from './settings-rows.ts';

interface SuspendedRow extends LineRow {
  readonly program_id: string;
  readonly state: SuspenseState;
  readonly match_id: string | null;
}

const MAX_CANDIDATES = 5_000;
const MAX_NEAR = 500;

const SUSPENDED = `select ${LINE_COLUMNS}, suspense.program_id, suspense.state, suspense.match_id
  from settlement.suspense
  join settlement.bank_lines as lines on lines.id = suspense.line_id`;

export class PostgresReconciliationReader implements ReconciliationReader {
  constructor(private readonly db: Knex) {}

  async ownerOf(account: string): Promise<Id<'prg'> | undefined> {
    const [row] = await rowsOf<{ program_id: string }>(
      this.db,
      `select program_id from settlement.bank_accounts where number = :account`,
      { account },
    );
    return row && fromUuid('prg', row.program_id);
  }

  settings(programId: Id<'prg'>): Promise<ReconciliationSettings> {
    return settingsOf(this.db, programId);
  }

  async csvLayout(
    programId: Id<'prg'>,
    currency?: string,
  ): Promise<{ readonly account: string; readonly layout?: CsvLayout } | undefined> {
    const [row] = await rowsOf<{ number: string }>(
      this.db,
      `select number
       from settlement.bank_accounts
       left join settlement.books using (program_id)
       where program_id = :id
         and case when :currency::text is null or books.currency is null or books.currency = :currency
           then is_current else pays_in = :currency end`,
      { id: toUuid(programId), currency: currency ?? null },
    );
    if (row === undefined) return undefined;
    const layout = await csvLayoutOf(this.db, row.number);
    return { account: row.number, ...(layout && { layout }) };
  }

  async unlooked(since: Instant, limit: number): Promise<readonly SuspendedLine[]> {
    const rows = await rowsOf<SuspendedRow>(
      this.db,
      `${SUSPENDED}
       where suspense.state = 'open' and (suspense.looked_at is null or suspense.looked_at < :since)
         and suspense.program_id = (
           select program_id from settlement.suspense
           where state = 'open' and (looked_at is null or looked_at < :since)
           order by looked_at nulls first
           limit 1
         )
       order by suspense.looked_at nulls first, suspense.line_id
       limit :limit`,
      { since, limit },
    );
    return rows.map(toSuspended);
  }

  async hasUnlooked(since: Instant): Promise<boolean> {
    const rows = await rowsOf(
      this.db,
      `select 1 from settlement.suspense where state = 'open' and (looked_at is null or looked_at < :since) limit 1`,
      { since },
    );
    return rows.length > 0;
  }

  async candidates(programId: Id<'prg'>, lines: readonly Line[]): Promise<readonly Payout[]> {
    const days = lines.map(({ valueOn, bookedAt }) => valueOn ?? bookedAt.slice(0, 10)).toSorted();
    const rows = await rowsOf<PayoutRow>(
      this.db,
      `select * from settlement.payouts
       where program_id = :programId and id in (
         select payout_id from settlement.payouts_under_way
         where submitted_at >= :first::date - ${WINDOW_DAYS + 1} and submitted_at < :last::date + ${WINDOW_DAYS + 2}
         union all
         select id from settlement.payouts
         where :comesBack and program_id = :programId and state = 'settled'
           and coalesce(leaves_minor, amount_minor) = any(:minors)
         union all
         select unnest(:named::uuid[])
       )
       order by id = any(:named) desc, coalesce(leaves_minor, amount_minor) = any(:minors) desc, id
       limit ${MAX_CANDIDATES}`,
      {
        programId: toUuid(programId),
        first: days[0],
        last: days.at(-1),
        named: lines.flatMap(payoutsNamed).map(toUuid),
        comesBack: lines.some(({ direction }) => direction === 'credit'),
        minors: lines.map(({ amount }) => amount.minor.toString()),
      },
    );
    return rows.map(toPayout);
  }

  expected(programId: Id<'prg'>, lines: readonly Line[]): Promise<readonly Expected[]> {
    return expectedBy(this.db, programId, lines);
  }

  async lines(
    request: PageRequest,
    { programId, state }: OfProgram & { readonly state?: SuspenseState | undefined },
  ): Promise<Page<SuspendedLine>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<SuspendedRow>(
      this.db,
      `${SUSPENDED}
       where true
         ${programId === undefined ? '' : 'and suspense.program_id = :programId'}
         ${state === undefined ? '' : 'and suspense.state = :state'}
         ${after === undefined ? '' : 'and suspense.line_id > :after::uuid'}
       order by suspense.line_id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(programId && { programId: toUuid(programId) }),
        ...(state && { state }),
        ...(after !== undefined && { after: toUuid(parseId('lin', after)) }),
      },
    );
    return pageOf(rows.map(toSuspended), request, ({ line }) => [line.id]);
  }

  async line(lineId: LineId): Promise<SuspendedLine | undefined> {
    const [row] = await rowsOf<SuspendedRow>(this.db, `${SUSPENDED} where suspense.line_id = :id`, {
      id: toUuid(lineId),
    });
    return row && toSuspended(row);
  }

  async openLines(programId: Id<'prg'>, near: Line): Promise<readonly Line[]> {
    const rows = await rowsOf<SuspendedRow>(
      this.db,
      `${SUSPENDED}
       where suspense.state = 'open' and suspense.program_id = :programId and suspense.line_id <> :id
         and lines.booked_at between :at::timestamptz - interval '4 days' and :at::timestamptz + interval '4 days'
       order by suspense.line_id
       limit ${MAX_NEAR}`,
      { programId: toUuid(programId), id: toUuid(near.id), at: near.bookedAt },
    );
    return rows.map(toLine);
  }

  async matches(
    request: PageRequest,
    { programId, state }: OfProgram & { readonly state?: MatchState | undefined },
  ): Promise<Page<Match>> {
    const [madeAt, id] = request.after ?? [];
    const rows = await rowsOf<MatchRow>(
      this.db,
      `select * from settlement.matches
       where true
         ${programId === undefined ? '' : 'and program_id = :programId'}
         ${state === undefined ? '' : 'and state = :state'}
         ${madeAt === undefined ? '' : 'and (made_at, id) > (:madeAt::timestamptz, :id::uuid)'}
       order by made_at, id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(programId && { programId: toUuid(programId) }),
        ...(state && { state }),
        ...(madeAt !== undefined && { madeAt, id: toUuid(parseId('mtc', id ?? '')) }),
      },
    );
    return pageOf(rows.map(toMatch), request, (match) => [match.madeAt, match.id]);
  }

  async breaks(request: PageRequest, { programId, state, kind }: BreakFilter): Promise<Page<Break>> {
    const [noticedAt, id] = request.after ?? [];
    const rows = await rowsOf<BreakRow>(
      this.db,
      `select * from settlement.breaks
       where (:programId::uuid is null or program_id = :programId) and (:state::text is null or state = :state)
         and (:kind::text is null or kind = :kind)
         ${noticedAt === undefined ? '' : 'and (noticed_at, id) > (:noticedAt::timestamptz, :id::uuid)'}
       order by noticed_at, id
       limit :limit`,
      {
        limit: request.limit + 1,
        programId: programId === undefined ? null : toUuid(programId),
        state: state ?? null,
        kind: kind ?? null,
        ...(noticedAt !== undefined && { noticedAt, id: toUuid(parseId('brk', id ?? '')) }),
      },
    );
    return pageOf(rows.map(toBreak), request, (found) => [found.noticedAt, found.id]);
  }

  async break(breakId: Id<'brk'>): Promise<Break | undefined> {
    const [row] = await rowsOf<BreakRow>(this.db, `select * from settlement.breaks where id = :id`, {
      id: toUuid(breakId),
    });
    return row && toBreak(row);
  }

  overdue(now: Instant, limit: number): Promise<readonly Overdue[]> {
    return overdueOf(this.db, now, limit);
  }

  positions(): Promise<readonly BankPosition[]> {
    return positionsOf(this.db);
  }

  unbacked(): Promise<readonly PayoutId[]> {
    return unbackedIn(this.db);
  }

  settled(commissionIds: readonly Id<'com'>[]): Promise<readonly SettledCommission[]> {
    return settledOf(this.db, commissionIds);
  }
}

const toSuspended = (row: SuspendedRow): SuspendedLine => ({
  line: toLine(row),
  programId: fromUuid('prg', row.program_id),
  state: row.state,
  ...(row.match_id !== null && { matchId: fromUuid('mtc', row.match_id) }),
});
