import { bigints, instants, smallints, texts, uuids } from '../../../../../infrastructure/postgres/array-parameter.ts';
import { fromUuid, type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { Money } from '../../../../../shared/money.ts';
import { kindOfExpected } from '../../../domain/reconciliation/expected.ts';
import type { Match, MatchAction, MatchState, Rule } from '../../../domain/reconciliation/match.ts';
import { expectedIdOf } from './expected-rows.ts';

export interface MatchRow {
  readonly id: string;
  readonly program_id: string;
  readonly line_ids: readonly string[];
  readonly payout_ids: readonly string[];
  readonly action: MatchAction;
  readonly rule: Rule;
  readonly confidence: number;
  readonly matcher_version: number;
  readonly amount_minor: bigint;
  readonly difference_minor: bigint;
  readonly currency: string;
  readonly from_suspense: boolean;
  readonly state: MatchState;
  readonly made_by: string;
  readonly made_at: Instant;
  readonly approved_by: string | null;
  readonly undone_by: string | null;
  readonly undo_approved_by: string | null;
  readonly undone_at: Instant | null;
  readonly note: string | null;
  readonly expected_id: string | null;
  readonly expected_kind: 'trade' | 'remittance' | null;
  readonly expected_direction: 'debit' | 'credit' | null;
}

export const toMatch = (row: MatchRow): Match => ({
  id: fromUuid('mtc', row.id),
  programId: fromUuid('prg', row.program_id),
  lineIds: row.line_ids.map((id) => fromUuid('lin', id)),
  payoutIds: row.payout_ids.map((id) => fromUuid('pay', id)),
  action: row.action,
  rule: row.rule,
  confidence: row.confidence,
  matcherVersion: row.matcher_version,
  amount: Money.of(row.amount_minor, row.currency),
  difference: Money.of(row.difference_minor, row.currency),
  fromSuspense: row.from_suspense,
  state: row.state,
  madeBy: row.made_by,
  madeAt: row.made_at,
  ...confirmsOf(row),
  ...lifeOf(row),
});

const confirmsOf = ({ expected_id, expected_kind, expected_direction }: MatchRow): Pick<Match, 'confirms'> =>
  expected_id === null || expected_kind === null || expected_direction === null
    ? {}
    : { confirms: { id: expectedIdOf(expected_kind, expected_id), direction: expected_direction } };

const lifeOf = (row: MatchRow): Partial<Match> => {
  const life = {
    approvedBy: row.approved_by,
    undoneBy: row.undone_by,
    undoApprovedBy: row.undo_approved_by,
    undoneAt: row.undone_at,
    note: row.note,
  };
  return Object.fromEntries(Object.entries(life).filter(([, value]) => value !== null));
};

/** An array within an array of rows travels as a text of its own. */
const arrayText = (ids: readonly Id<string>[]): string => `{${ids.map(toUuid).join(',')}}`;

export const matchValues = (matches: readonly Match[]) => ({
  ids: uuids(matches.map(({ id }) => id)),
  programIds: uuids(matches.map(({ programId }) => programId)),
  lineIds: texts(matches.map(({ lineIds }) => arrayText(lineIds))),
  payoutIds: texts(matches.map(({ payoutIds }) => arrayText(payoutIds))),
  actions: texts(matches.map(({ action }) => action)),
  rules: texts(matches.map(({ rule }) => rule)),
  confidences: smallints(matches.map(({ confidence }) => confidence)),
  versions: smallints(matches.map(({ matcherVersion }) => matcherVersion)),
  amounts: bigints(matches.map(({ amount }) => amount.minor)),
  differences: bigints(matches.map(({ difference }) => difference.minor)),
  currencies: texts(matches.map(({ amount }) => amount.currency)),
  fromSuspense: matches.map((match) => match.fromSuspense),
  states: texts(matches.map(({ state }) => state)),
  madeBy: texts(matches.map((match) => match.madeBy)),
  madeAt: instants(matches.map((match) => match.madeAt)),
  approvedBy: texts(matches.map((match) => match.approvedBy ?? null)),
  notes: texts(matches.map(({ note }) => note ?? null)),
  expectedIds: uuids(matches.map(({ confirms }) => confirms?.id ?? null)),
  expectedKinds: texts(matches.map(({ confirms }) => (confirms ? kindOfExpected(confirms.id) : null))),
  expectedDirections: texts(matches.map(({ confirms }) => confirms?.direction ?? null)),
});
