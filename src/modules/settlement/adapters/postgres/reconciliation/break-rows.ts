import { fromUuid, type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { Money } from '../../../../../shared/money.ts';
import type { Break, BreakState, Fix } from '../../../domain/reconciliation/break.ts';
import type { BreakKind } from '../../../domain/reconciliation/classify.ts';
import { kindOfExpected } from '../../../domain/reconciliation/expected.ts';
import { expectedIdOf } from './expected-rows.ts';

export interface BreakRow {
  readonly id: string;
  readonly program_id: string;
  readonly kind: BreakKind;
  readonly account: string;
  readonly statement_id: string | null;
  readonly ref: string | null;
  readonly line_id: string | null;
  readonly payout_id: string | null;
  readonly expected_id: string | null;
  readonly expected_kind: 'trade' | 'remittance' | null;
  readonly end_to_end_id: string | null;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly direction: Break['direction'];
  readonly happened_at: Instant;
  readonly noticed_at: Instant;
  readonly state: BreakState;
  readonly owner: string | null;
  readonly fix: Fix | null;
  readonly fix_payout_ids: readonly string[] | null;
  readonly note: string | null;
  readonly proposed_by: string | null;
  readonly proposed_at: Instant | null;
  readonly approved_by: string | null;
  readonly ended_at: Instant | null;
}

export const toBreak = (row: BreakRow): Break => ({
  id: fromUuid('brk', row.id),
  programId: fromUuid('prg', row.program_id),
  kind: row.kind,
  account: row.account,
  amount: Money.of(row.amount_minor, row.currency),
  direction: row.direction,
  happenedAt: row.happened_at,
  noticedAt: row.noticed_at,
  state: row.state,
  ...aboutOf(row),
  ...lifeOf(row),
});

const aboutOf = (row: BreakRow): Partial<Break> =>
  present({
    statementId: row.statement_id,
    ref: row.ref,
    lineId: row.line_id === null ? null : fromUuid('lin', row.line_id),
    payoutId: row.payout_id === null ? null : fromUuid('pay', row.payout_id),
    expectedId: row.expected_id === null ? null : expectedIdOf(row.expected_kind ?? 'trade', row.expected_id),
    endToEndId: row.end_to_end_id,
  });

const lifeOf = (row: BreakRow): Partial<Break> =>
  present({
    owner: row.owner,
    fix: row.fix,
    fixPayoutIds: row.fix_payout_ids?.map((id) => fromUuid('pay', id)) ?? null,
    note: row.note,
    proposedBy: row.proposed_by,
    proposedAt: row.proposed_at,
    approvedBy: row.approved_by,
    endedAt: row.ended_at,
  });

const present = (fields: Readonly<Record<string, unknown>>): Partial<Break> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

const uuidOf = (id: Id<string> | undefined): string | null => (id === undefined ? null : toUuid(id));

export const breakValues = (breaks: readonly Break[]) => ({
  ids: breaks.map(({ id }) => toUuid(id)),
  programIds: breaks.map(({ programId }) => toUuid(programId)),
  kinds: breaks.map(({ kind }) => kind),
  accounts: breaks.map(({ account }) => account),
  statements: breaks.map(({ statementId }) => statementId ?? null),
  refs: breaks.map(({ ref }) => ref ?? null),
  lineIds: breaks.map(({ lineId }) => uuidOf(lineId)),
  payoutIds: breaks.map(({ payoutId }) => uuidOf(payoutId)),
  endToEndIds: breaks.map(({ endToEndId }) => endToEndId ?? null),
  minors: breaks.map(({ amount }) => amount.minor.toString()),
  currencies: breaks.map(({ amount }) => amount.currency),
  directions: breaks.map(({ direction }) => direction),
  happened: breaks.map(({ happenedAt }) => happenedAt),
  noticed: breaks.map(({ noticedAt }) => noticedAt),
  states: breaks.map(({ state }) => state),
  expectedIds: breaks.map(({ expectedId }) => uuidOf(expectedId)),
  expectedKinds: breaks.map(({ expectedId }) => (expectedId === undefined ? null : kindOfExpected(expectedId))),
});

export const breakLife = (breaks: readonly Break[]) => ({
  ids: breaks.map(({ id }) => toUuid(id)),
  states: breaks.map(({ state }) => state),
  owners: breaks.map(({ owner }) => owner ?? null),
  fixes: breaks.map(({ fix }) => fix ?? null),
  fixPayoutIds: breaks.map(({ fixPayoutIds }) => (fixPayoutIds ? `{${fixPayoutIds.map(toUuid).join(',')}}` : null)),
  notes: breaks.map(({ note }) => note ?? null),
  proposedBy: breaks.map((found) => found.proposedBy ?? null),
  proposedAt: breaks.map((found) => found.proposedAt ?? null),
  approvedBy: breaks.map((found) => found.approvedBy ?? null),
  ended: breaks.map(({ endedAt }) => endedAt ?? null),
});
