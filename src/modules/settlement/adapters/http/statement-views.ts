import {
  IsIdOf,
  IsInstant,
  IsListOf,
  IsMoney,
  IsMonth,
  IsNested,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import { FLOWS } from '../../domain/books/purpose.ts';
import { OUTCOMES } from '../../domain/payouts/payout-decision.ts';
import { type Period, periodLifecycle } from '../../domain/statements/period.ts';
import { type Reception, receptionLifecycle } from '../../domain/statements/reception.ts';
import { numberOf, type Statement, type StatementLine } from '../../domain/statements/statement.ts';
import { PayoutReasonView, reasonView } from './payout-control-views.ts';
import type { DetailedStatement, PeriodTotal } from '../../ports/statement-reader.ts';

export class PeriodView {
  @IsIdOf('prg') readonly programId!: string;
  @IsMonth() readonly period!: string;
  @IsOneOf(Object.keys(periodLifecycle)) readonly state!: string;
  @IsInstant({ description: 'Its first moment, in the time zone of the program' }) readonly from!: Instant;
  @IsInstant({ description: 'The first moment that is not in it' }) readonly until!: Instant;
  @IsText({ max: 300, optional: true, description: 'Whose word it was; somebody else approves the payouts' })
  readonly closedBy?: string;
  @IsInstant({ optional: true, description: 'When the statements were final' }) readonly closedAt?: Instant;
  @IsWhole({ min: 0, max: 100_000_000, optional: true, description: 'How many' }) readonly statements?: number;
  @IsIdOf('bat', { optional: true, description: 'Its payouts; absent when nobody is paid' }) readonly batchId?: string;
}

export type ShownPeriod = Pick<Period, 'programId' | 'period' | 'state' | 'from' | 'until'> & Partial<Period>;

export const periodView = ({
  programId,
  period,
  state,
  from,
  until,
  closedBy,
  closedAt,
  statements,
  batchId,
}: ShownPeriod): PeriodView =>
  ({ programId, period, state, from, until, closedBy, closedAt, statements, batchId }) as PeriodView;

export class PeriodsView {
  @IsListOf(() => PeriodView, { max: 1_200, description: 'From the first with something in it to the current one' })
  readonly data!: readonly PeriodView[];
}

export class StatementView {
  @IsIdOf('stm') readonly id!: string;
  @IsText({ max: 50, description: 'The period, and the running number of the program, which has no gaps' })
  readonly number!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsIdOf('par') readonly partnerId!: string;
  @IsMonth() readonly period!: string;
  @IsMoney({ negative: true }) readonly opening!: MoneyJson;
  @IsMoney({ negative: true }) readonly closing!: MoneyJson;
  @IsWhole({ min: 0, max: 100_000_000 }) readonly lineCount!: number;
  @IsText({ max: 64, description: 'SHA-256 of the canonical JSON of the statement' }) readonly digest!: string;
  @IsInstant() readonly closedAt!: Instant;
}

const statementFields = (statement: Statement) => ({
  id: statement.id,
  number: numberOf(statement),
  programId: statement.programId,
  partnerId: statement.partnerId,
  period: statement.period,
  opening: statement.opening.toJSON(),
  closing: statement.closing.toJSON(),
  lineCount: statement.lineCount,
  digest: statement.digest,
  closedAt: statement.closedAt,
});

export const statementView = (statement: Statement): StatementView => statementFields(statement);

export class StatementLineView {
  @IsIdOf('txn', { description: 'The transaction in the ledger' }) readonly transactionId!: string;
  @IsOneOf(Object.keys(FLOWS)) readonly purpose!: string;
  @IsMoney({ negative: true, description: 'Negative when it makes the balance smaller' }) readonly amount!: MoneyJson;
  @IsInstant() readonly effectiveAt!: Instant;
  @IsInstant({ description: 'Earlier than effectiveAt when its own period was closed already' })
  readonly occurredAt!: Instant;
  @IsIdOf('com', { optional: true }) readonly commissionId?: string;
  @IsIdOf('pay', { optional: true }) readonly payoutId?: string;
  @IsIdOf('adj', { optional: true }) readonly adjustmentId?: string;
  @IsText({ max: 200, optional: true, description: 'What else it is about: the id of a dispute' })
  readonly subject?: string;
}

class PayoutDecisionView {
  @IsOneOf(OUTCOMES, { description: 'A payout, or why there is none' }) readonly outcome!: string;
  @IsMoney({ negative: true, description: 'What could have been paid' }) readonly payable!: MoneyJson;
  @IsIdOf('pay', { optional: true }) readonly payoutId?: string;
  @IsListOf(() => PayoutReasonView, { max: 50, description: 'All that stood against it, or against a part of it' })
  readonly reasons!: readonly PayoutReasonView[];
}

class SealedHeadView {
  @IsWhole({ min: 1, max: 1_000_000_000, description: 'GET /v1/ledger/seals shows it' })
  readonly number!: number;
  @IsText({ max: 64, description: 'SHA-256, signed by the ledger' }) readonly head!: string;
}

export class ReceptionView {
  @IsOneOf(Object.keys(receptionLifecycle)) readonly state!: string;
  @IsInstant({ optional: true, description: 'When the partner first fetched it, or staff sent it' })
  readonly sentAt?: Instant;
  @IsInstant({ optional: true }) readonly answeredAt?: Instant;
  @IsText({ max: 2_000, optional: true, description: 'Why it is disputed' }) readonly reason?: string;
}

export const receptionView = ({ state, sentAt, answeredAt, reason }: Omit<Reception, 'statementId'>): ReceptionView =>
  ({ state, sentAt, answeredAt, reason }) as ReceptionView;

export class StatementDetailView extends StatementView {
  @IsNested(() => SealedHeadView, {
    optional: true,
    description: 'How far the ledger was sealed when the period was closed; absent before its first seal',
  })
  readonly sealed?: SealedHeadView;
  @IsNested(() => ReceptionView, { description: 'What became of it since' }) readonly reception!: ReceptionView;
  @IsNested(() => PayoutDecisionView, { optional: true, description: 'Absent while the period is being closed' })
  readonly payout?: PayoutDecisionView;
  @IsListOf(() => StatementLineView, { max: 1_000_000 }) readonly lines!: readonly StatementLineView[];
}

/** A `StatementDetailView` in pieces: the lines may be many. */
export async function* statementPieces(
  { statement, reception, decision }: DetailedStatement,
  lines: AsyncIterable<readonly StatementLine[]>,
): AsyncGenerator<string> {
  const payout = decision && {
    outcome: decision.outcome,
    payable: decision.payable.toJSON(),
    payoutId: decision.payoutId,
    reasons: decision.reasons.map(reasonView),
  };
  const { sealed } = statement;
  const seen = receptionView(reception ?? { state: 'closed' });
  yield `${JSON.stringify({ ...statementFields(statement), sealed, reception: seen, payout }).slice(0, -1)},"lines":[`;
  let between = '';
  for await (const page of lines) {
    yield between + page.map((line) => JSON.stringify(lineView(line))).join(',');
    between = ',';
  }
  yield ']}';
}

export const lineView = ({ transactionId, purpose, amount, effectiveAt, occurredAt, ...about }: StatementLine) => {
  const { commissionId, payoutId, adjustmentId, subject } = about;
  const when = { effectiveAt, occurredAt };
  return {
    transactionId,
    purpose,
    amount: amount.toJSON(),
    ...when,
    commissionId,
    payoutId,
    adjustmentId,
    subject,
  } as StatementLineView;
};

class StatementPeriodTotalView {
  @IsMonth() readonly period!: string;
  @IsWhole({ min: 0, max: 100_000_000 }) readonly count!: number;
  @IsMoney({ negative: true }) readonly opening!: MoneyJson;
  @IsMoney({ negative: true }) readonly closing!: MoneyJson;
}

export class StatementTotalsView {
  @IsWhole({ min: 0, max: 1_000_000_000 }) readonly count!: number;
  @IsListOf(() => StatementPeriodTotalView, { max: 1_200 }) readonly periods!: readonly StatementPeriodTotalView[];
}

export const statementTotalsView = (totals: readonly PeriodTotal[]): StatementTotalsView => ({
  count: totals.reduce((sum, { count }) => sum + count, 0),
  periods: totals.map(({ period, count, opening, closing }) => ({
    period,
    count,
    opening: opening.toJSON(),
    closing: closing.toJSON(),
  })),
});
