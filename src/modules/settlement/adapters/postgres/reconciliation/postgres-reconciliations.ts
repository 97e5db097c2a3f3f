import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../../shared/errors.ts';
import { fromUuid, type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import type { Break } from '../../../domain/reconciliation/break.ts';
import type { CsvLayout } from '../../../domain/reconciliation/csv-layout.ts';
import type { Expected, ExpectedId } from '../../../domain/reconciliation/expected.ts';
import type { Match, MatchId } from '../../../domain/reconciliation/match.ts';
import type { Line, LineId } from '../../../domain/reconciliation/reconciliation.ts';
import type { ReconciliationSettings } from '../../../domain/reconciliation/settings.ts';
import type { PayoutId } from '../../../index.ts';
import type { Reconciliations, StandingLine, SuspenseState } from '../../../ports/reconciliation.ts';
import { LINE_COLUMNS, type LineRow, toLine } from './bank-lines.ts';
import { breakLife, type BreakRow, breakValues, toBreak } from './break-rows.ts';
import { heldExpected, lookAgainFor, sidesById } from './expected-rows.ts';
import { type MatchRow, matchValues, toMatch } from './match-rows.ts';
import { csvLayoutOf, saveCsvLayout, saveSettings, settingsOf } from './settings-rows.ts';

interface StandingRow extends LineRow {
  readonly program_id: string;
  readonly state: SuspenseState | null;
}

const MATCH_COLUMNS = `id, program_id, action, rule, confidence, matcher_version, amount_minor, difference_minor, currency,
  from_suspense, state, made_by, made_at, approved_by, note, expected_id, expected_kind, expected_direction`;
const BREAK_COLUMNS = `id, program_id, kind, account, statement_id, ref, line_id, payout_id, end_to_end_id, amount_minor,
  currency, direction, happened_at, noticed_at, state, expected_id, expected_kind`;

export class PostgresReconciliations implements Reconciliations {
  constructor(private readonly db: Knex) {}

  settings(programId: Id<'prg'>): Promise<ReconciliationSettings> {
    return settingsOf(this.db, programId);
  }

  saveSettings(settings: ReconciliationSettings): Promise<void> {
    return saveSettings(this.db, settings);
  }

  csvLayout(account: string): Promise<CsvLayout | undefined> {
    return csvLayoutOf(this.db, account);
  }

  saveCsvLayout(account: string, layout: CsvLayout): Promise<void> {
    return saveCsvLayout(this.db, account, layout);
  }

  async park(programId: Id<'prg'>, lines: readonly Line[]): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.suspense (line_id, program_id, account, statement_id, ref, end_to_end_id, state, round)
       select id, :programId, account, statement_id, ref, end_to_end_id, 'open', round
       from unnest(
         :ids::uuid[], :accounts::text[], :statements::text[], :refs::text[], :endToEndIds::text[], :rounds::integer[]
       ) as new (id, account, statement_id, ref, end_to_end_id, round)
       order by id
       on conflict (line_id) do update
       set state = 'open', round = excluded.round, match_id = null, looked_at = null`,
      {
        programId: toUuid(programId),
        ids: lines.map(({ id }) => toUuid(id)),
        accounts: lines.map(({ account }) => account),
        statements: lines.map(({ statementId }) => statementId),
        refs: lines.map(({ ref }) => ref),
        endToEndIds: lines.map(({ endToEndId }) => endToEndId ?? null),
        rounds: lines.map(({ round }) => round),
      },
    );
  }

  async release(lineIds: readonly LineId[], state: Exclude<SuspenseState, 'open'>, matchId?: MatchId): Promise<void> {
    await rowsOf(
      this.db,
      `update settlement.suspense set state = :state, match_id = :matchId where line_id = any(:ids)`,
      { state, matchId: matchId === undefined ? null : toUuid(matchId), ids: lineIds.map(toUuid) },
    );
  }

  async lines(lineIds: readonly LineId[]): Promise<readonly StandingLine[]> {
    const ids = lineIds.map(toUuid);
    await rowsOf(this.db, `select 1 from settlement.suspense where line_id = any(:ids) order by line_id for update`, {
      ids,
    });
    const rows = await rowsOf<StandingRow>(
      this.db,
      `select ${LINE_COLUMNS}, statements.program_id, suspense.state
       from settlement.bank_lines as lines
       join settlement.bank_statements as statements using (account, statement_id)
       left join settlement.suspense on suspense.line_id = lines.id
       where lines.id = any(:ids)
       order by lines.id`,
      { ids },
    );
    return rows.map((row) => ({
      line: toLine(row),
      programId: fromUuid('prg', row.program_id),
      ...(row.state !== null && { state: row.state }),
    }));
  }

  async suspended(programId: Id<'prg'>, endToEndIds: readonly string[]): Promise<readonly Line[]> {
    const rows = await rowsOf<LineRow>(
      this.db,
      `select ${LINE_COLUMNS}
       from settlement.suspense
       join settlement.bank_lines as lines on lines.id = suspense.line_id
       where suspense.state = 'open' and suspense.end_to_end_id = any(:endToEndIds) and suspense.program_id = :programId
       order by suspense.line_id
       for update of suspense`,
      { programId: toUuid(programId), endToEndIds: [...endToEndIds] },
    );
    return rows.map(toLine);
  }

  expected(programId: Id<'prg'>, lines: readonly Line[]): Promise<readonly Expected[]> {
    return heldExpected(this.db, programId, lines);
  }

  sides(programId: Id<'prg'>, id: ExpectedId): Promise<readonly Expected[]> {
    return sidesById(this.db, programId, id);
  }

  lookAgain(programId: Id<'prg'>, sides: readonly Expected[]): Promise<void> {
    return lookAgainFor(this.db, programId, sides);
  }

  async looked(lineIds: readonly LineId[], at: Instant): Promise<void> {
    await rowsOf(
      this.db,
      `with looked as (
         select line_id from settlement.suspense where line_id = any(:ids) order by line_id for update
       )
       update settlement.suspense set looked_at = :at from looked where suspense.line_id = looked.line_id`,
      { ids: lineIds.map(toUuid), at },
    );
  }

  async addMatches(matches: readonly Match[]): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.matches (${MATCH_COLUMNS}, line_ids, payout_ids)
       select ${MATCH_COLUMNS}, line_ids::uuid[], payout_ids::uuid[]
       from unnest(
         :ids::uuid[], :programIds::uuid[], :actions::text[], :rules::text[], :confidences::smallint[],
         :versions::smallint[], :amounts::bigint[], :differences::bigint[], :currencies::text[], :fromSuspense::boolean[],
         :states::text[], :madeBy::text[], :madeAt::timestamptz[], :approvedBy::text[], :notes::text[],
         :expectedIds::uuid[], :expectedKinds::text[], :expectedDirections::text[], :lineIds::text[], :payoutIds::text[]
       ) as new (${MATCH_COLUMNS}, line_ids, payout_ids)
       on conflict (id) do update
       set state = excluded.state, made_by = excluded.made_by, made_at = excluded.made_at, note = excluded.note,
           approved_by = excluded.approved_by, rule = excluded.rule, confidence = excluded.confidence,
           from_suspense = excluded.from_suspense, undone_by = null, undone_at = null
       where matches.state in ('proposed', 'declined')`,
      matchValues(matches),
    );
  }

  async match(matchId: MatchId): Promise<Match> {
    const [row] = await rowsOf<MatchRow>(this.db, `select * from settlement.matches where id = :id for update`, {
      id: toUuid(matchId),
    });
    if (row === undefined) throw noMatch(matchId);
    return toMatch(row);
  }

  async saveMatch({ id, state, approvedBy, undoneBy, undoApprovedBy, undoneAt }: Match): Promise<void> {
    await rowsOf(
      this.db,
      `update settlement.matches
       set state = :state, approved_by = :approvedBy, undone_by = :undoneBy, undo_approved_by = :undoApprovedBy,
           undone_at = :undoneAt
       where id = :id`,
      {
        id: toUuid(id),
        state,
        approvedBy: approvedBy ?? null,
        undoneBy: undoneBy ?? null,
        undoApprovedBy: undoApprovedBy ?? null,
        undoneAt: undoneAt ?? null,
      },
    );
  }

  async addBreaks(breaks: readonly Break[]): Promise<void> {
    if (breaks.length === 0) return;
    await rowsOf(
      this.db,
      `insert into settlement.breaks (${BREAK_COLUMNS})
       select ${BREAK_COLUMNS}
       from unnest(
         :ids::uuid[], :programIds::uuid[], :kinds::text[], :accounts::text[], :statements::text[], :refs::text[],
         :lineIds::uuid[], :payoutIds::uuid[], :endToEndIds::text[], :minors::bigint[], :currencies::text[],
         :directions::text[], :happened::timestamptz[], :noticed::timestamptz[], :states::text[],
         :expectedIds::uuid[], :expectedKinds::text[]
       ) as new (${BREAK_COLUMNS})
       on conflict (id) do update
       set kind = excluded.kind, expected_id = coalesce(excluded.expected_id, breaks.expected_id),
           expected_kind = coalesce(excluded.expected_kind, breaks.expected_kind)
       where breaks.state = 'open'`,
      breakValues(breaks),
    );
  }

  async break(breakId: Id<'brk'>): Promise<Break> {
    const [row] = await rowsOf<BreakRow>(this.db, `select * from settlement.breaks where id = :id for update`, {
      id: toUuid(breakId),
    });
    if (row === undefined) throw noBreak(breakId);
    return toBreak(row);
  }

  async saveBreaks(breaks: readonly Break[]): Promise<void> {
    if (breaks.length === 0) return;
    await rowsOf(
      this.db,
      `update settlement.breaks
       set state = new.state, owner = new.owner, fix = new.fix, fix_payout_ids = new.fix_payout_ids::uuid[],
           note = new.note, proposed_by = new.proposed_by, proposed_at = new.proposed_at,
           approved_by = new.approved_by, ended_at = new.ended_at
       from unnest(
         :ids::uuid[], :states::text[], :owners::text[], :fixes::text[], :fixPayoutIds::text[], :notes::text[],
         :proposedBy::text[], :proposedAt::timestamptz[], :approvedBy::text[], :ended::timestamptz[]
       ) as new (
         id, state, owner, fix, fix_payout_ids, note, proposed_by, proposed_at, approved_by, ended_at
       )
       where breaks.id = new.id`,
      breakLife(breaks),
    );
  }

  async breaksAbout(
    lineIds: readonly LineId[],
    payoutIds: readonly PayoutId[],
    ids: readonly Id<'brk'>[] = [],
  ): Promise<readonly Break[]> {
    const rows = await rowsOf<BreakRow>(
      this.db,
      `select * from settlement.breaks
       where state in ('open', 'proposed') and id in (
         select id from settlement.breaks where line_id = any(:lineIds) and state in ('open', 'proposed')
         union all
         select id from settlement.breaks where line_id is null and payout_id = any(:payoutIds)
         union all
         select unnest(:ids::uuid[])
       )
       order by id
       for update`,
      { lineIds: lineIds.map(toUuid), payoutIds: payoutIds.map(toUuid), ids: ids.map(toUuid) },
    );
    return rows.map(toBreak);
  }
}

export const noMatch = (matchId: MatchId): AppError =>
  new AppError('not_found', 'settlement.match_not_found', `there is no match ${matchId}`);

export const noBreak = (breakId: Id<'brk'>): AppError =>
  new AppError('not_found', 'settlement.break_not_found', `there is no break ${breakId}`);
