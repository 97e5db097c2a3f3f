import type { Break } from '../../../src/modules/settlement/domain/reconciliation/break.ts';
import type { CsvLayout } from '../../../src/modules/settlement/domain/reconciliation/csv-layout.ts';
import {
  type Expected,
  type ExpectedId,
  keyOf,
} from '../../../src/modules/settlement/domain/reconciliation/expected.ts';
import type { Match, MatchId } from '../../../src/modules/settlement/domain/reconciliation/match.ts';
import type { Line, LineId } from '../../../src/modules/settlement/domain/reconciliation/reconciliation.ts';
import {
  defaultSettings,
  type ReconciliationSettings,
} from '../../../src/modules/settlement/domain/reconciliation/settings.ts';
import type { PayoutId } from '../../../src/modules/settlement/index.ts';
import type { ImportedStatement, KeptLine } from '../../../src/modules/settlement/ports/bank-stores.ts';
import {
  Reconciliations,
  type StandingLine,
  type SuspenseState,
} from '../../../src/modules/settlement/ports/reconciliation.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { Id } from '../../../src/shared/ids.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import { Table } from './fake-transaction.ts';

interface Suspended {
  readonly programId: Id<'prg'>;
  readonly line: Line;
  readonly state: SuspenseState;
  readonly matchId?: MatchId | undefined;
}

/** The rows of reconciliation, by key; lines and statements are the bank's. */
export class ReconciliationTables {
  readonly lines = new Table<KeptLine>();
  readonly suspense = new Table<Suspended>();
  readonly matches = new Table<Match>();
  readonly breaks = new Table<Break>();
  readonly settings = new Table<ReconciliationSettings>();
  readonly layouts = new Table<CsvLayout>();
}

const byId = <Row extends { readonly id: string }>(a: Row, b: Row): number => (a.id < b.id ? -1 : 1);

export class FakeReconciliations extends Reconciliations {
  constructor(
    private readonly tables: ReconciliationTables,
    private readonly statementOf: (line: Line) => ImportedStatement | undefined,
    private readonly told: (programId: Id<'prg'>) => readonly Expected[],
  ) {
    super();
  }

  settings(programId: Id<'prg'>): Promise<ReconciliationSettings> {
    return Promise.resolve(this.tables.settings.get(programId) ?? defaultSettings(programId));
  }

  saveSettings(settings: ReconciliationSettings): Promise<void> {
    this.tables.settings.set(settings.programId, settings);
    return Promise.resolve();
  }

  csvLayout(account: string): Promise<CsvLayout | undefined> {
    return Promise.resolve(this.tables.layouts.get(account));
  }

  saveCsvLayout(account: string, layout: CsvLayout): Promise<void> {
    this.tables.layouts.set(account, layout);
    return Promise.resolve();
  }

  park(programId: Id<'prg'>, lines: readonly Line[]): Promise<void> {
    for (const line of lines) this.tables.suspense.set(line.id, { programId, line, state: 'open' });
    return Promise.resolve();
  }

  release(lineIds: readonly LineId[], state: Exclude<SuspenseState, 'open'>, matchId?: MatchId): Promise<void> {
    for (const id of lineIds) {
      const row = this.tables.suspense.get(id);
      if (row !== undefined) this.tables.suspense.set(id, { ...row, state, matchId });
    }
    return Promise.resolve();
  }

  lines(lineIds: readonly LineId[]): Promise<readonly StandingLine[]> {
    const found = [...new Set(lineIds)].flatMap((id): StandingLine[] => {
      const line = this.tables.lines.get(id)?.line;
      const statement = line && this.statementOf(line);
      if (line === undefined || statement === undefined) return [];
      const standing = this.tables.suspense.get(id);
      const about = { line: standing?.line ?? line, programId: statement.programId };
      return [{ ...about, ...(standing && { state: standing.state }) }];
    });
    return Promise.resolve(found.toSorted((a, b) => byId(a.line, b.line)));
  }

  suspended(programId: Id<'prg'>, endToEndIds: readonly string[]): Promise<readonly Line[]> {
    const open = this.tables.suspense
      .values()
      .filter((row) => row.state === 'open' && row.programId === programId)
      .map(({ line }) => line);
    return Promise.resolve(open.filter(({ endToEndId }) => endToEndIds.includes(endToEndId ?? '')).toSorted(byId));
  }

  expected(programId: Id<'prg'>): Promise<readonly Expected[]> {
    const confirmed = new Set(
      this.tables.matches
        .values()
        .filter(({ state }) => state === 'made' || state === 'undo_proposed')
        .flatMap(({ confirms }) => (confirms === undefined ? [] : [keyOf(confirms)])),
    );
    return Promise.resolve(this.told(programId).map((each) => ({ ...each, isConfirmed: confirmed.has(keyOf(each)) })));
  }

  async sides(programId: Id<'prg'>, id: ExpectedId): Promise<readonly Expected[]> {
    const own = (await this.expected(programId)).filter((each) => each.id === id);
    return own.toSorted((a, b) => (a.direction < b.direction ? -1 : 1));
  }

  lookAgain(): Promise<void> {
    return Promise.resolve();
  }

  looked(_lineIds: readonly LineId[], _at: Instant): Promise<void> {
    return Promise.resolve();
  }

  addMatches(matches: readonly Match[]): Promise<void> {
    for (const match of matches) {
      const { state = 'proposed' } = this.tables.matches.get(match.id) ?? {};
      if (state === 'proposed' || state === 'declined') this.tables.matches.set(match.id, match);
    }
    return Promise.resolve();
  }

  match(matchId: MatchId): Promise<Match> {
    const match = this.tables.matches.get(matchId);
    return match === undefined
      ? Promise.reject(new AppError('not_found', 'settlement.match_not_found', `there is no match ${matchId}`))
      : Promise.resolve(match);
  }

  saveMatch(match: Match): Promise<void> {
    this.tables.matches.set(match.id, match);
    return Promise.resolve();
  }

  addBreaks(breaks: readonly Break[]): Promise<void> {
    for (const found of breaks) {
      const known = this.tables.breaks.get(found.id);
      if (known === undefined) this.tables.breaks.set(found.id, found);
      else if (known.state === 'open')
        this.tables.breaks.set(found.id, {
          ...known,
          kind: found.kind,
          ...(found.expectedId && { expectedId: found.expectedId }),
        });
    }
    return Promise.resolve();
  }

  break(breakId: Id<'brk'>): Promise<Break> {
    const found = this.tables.breaks.get(breakId);
    return found === undefined
      ? Promise.reject(new AppError('not_found', 'settlement.break_not_found', `there is no break ${breakId}`))
      : Promise.resolve(found);
  }

  saveBreaks(breaks: readonly Break[]): Promise<void> {
    for (const found of breaks) this.tables.breaks.set(found.id, found);
    return Promise.resolve();
  }

  breaksAbout(
    lineIds: readonly LineId[],
    payoutIds: readonly PayoutId[],
    ids: readonly Id<'brk'>[] = [],
  ): Promise<readonly Break[]> {
    const about = ({ id, lineId, payoutId }: Break): boolean =>
      ids.includes(id) ||
      (lineId === undefined ? payoutId !== undefined && payoutIds.includes(payoutId) : lineIds.includes(lineId));
    const open = this.tables.breaks.values().filter(({ state }) => state === 'open' || state === 'proposed');
    return Promise.resolve(open.filter(about).toSorted(byId));
  }
}
