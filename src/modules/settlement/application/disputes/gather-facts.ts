import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import { latest } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { CommissionEvidence, EvidencePort, OrderEvidence, OrderNamed } from '../../../commission/index.ts';
import type { Findings } from '../../domain/disputes/auto-check.ts';
import type { Snapshot } from '../../domain/disputes/dispute.ts';
import { type Disputed, type DisputeRequest, mustBeAboutOne } from '../../domain/disputes/open-dispute.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import { uetrOf } from '../../domain/rails/uetr.ts';
import { numberOf } from '../../domain/statements/statement.ts';
import type { PayoutId, StatementId } from '../../index.ts';
import type { DisputeReader, StatementLineFound } from '../../ports/disputes.ts';
import type { DetailedPayout, PayoutReader } from '../../ports/payout-reader.ts';
import type { DetailedStatement, StatementReader } from '../../ports/statement-reader.ts';

/** All that is known of what a dispute is about, at this moment. */
export interface CaseFile {
  readonly disputed: Disputed;
  readonly findings: Findings;
  readonly snapshot: Snapshot;
}

const MAX_LINES = 200;

export type Asked = Pick<DisputeRequest, 'programId' | 'partnerId' | 'kind' | 'about'>;

/** Finds what a dispute is about, and takes down what is known of it: for staff, and as far as the partner may see. */
export class GatherFacts {
  constructor(
    private readonly evidence: EvidencePort,
    private readonly statements: Pick<StatementReader, 'statement' | 'lines'>,
    private readonly payouts: Pick<PayoutReader, 'payout'>,
    private readonly reader: Pick<DisputeReader, 'statementLines' | 'bankHistory'>,
  ) {}

  /**
   * Throws `settlement.dispute_about`, `settlement.dispute_nothing_there`: somebody else's is as good as none. Of an
   * order nobody says whether there is one.
   */
  async of(asked: Asked): Promise<CaseFile> {
    mustBeAboutOne(asked);
    const { orderId, orderRef, commissionId, statementId, payoutId } = asked.about;
    if (commissionId !== undefined) return this.ofCommission(asked, commissionId);
    if (statementId !== undefined) return this.ofStatement(asked, statementId);
    if (payoutId !== undefined) return this.ofPayout(asked, payoutId);
    return orderId === undefined
      ? this.ofOrder(asked, { orderRef: orderRef ?? '' }, `order:${asked.programId}:${orderRef}`)
      : this.ofOrder(asked, { orderId }, `order:${orderId}`);
  }

  private async ofOrder({ programId, partnerId }: Asked, named: OrderNamed, given: string): Promise<CaseFile> {
    const order = await this.evidence.order(programId, partnerId, named);
    const isSeen = order?.shown !== undefined;
    return {
      disputed: {
        thing: order === undefined ? given : thingOf(programId, order),
        // To whom the order is nothing, it is as if nobody had heard of it.
        since: isSeen ? (order.decidedAt ?? order.placedAt) : undefined,
        atMost: isSeen ? Money.fromJson(order.goods) : undefined,
      },
      findings: { order },
      snapshot: { everything: { order: order?.everything ?? null }, shown: { order: order?.shown ?? null } },
    };
  }

  private async ofCommission({ programId, partnerId, kind }: Asked, commissionId: Id<'com'>): Promise<CaseFile> {
    const order = await this.evidence.order(programId, partnerId, { commissionId });
    const commission = order?.commissions.find((each) => each.commissionId === commissionId);
    if (order === undefined || commission === undefined) throw nothingThere('/commissionId', 'commission');
    const lines = await this.reader.statementLines(commissionId);
    const shown = lines.filter(({ statementId }) => statementId !== undefined);
    return {
      disputed: {
        thing: thingOf(programId, order),
        statementId: shown.at(-1)?.statementId,
        since: latest(commission.decidedAt, ...shown.flatMap(({ closedAt }) => closedAt ?? [])),
        ...boundsOf(kind, order, commission),
      },
      findings: { order, commission },
      snapshot: {
        everything: { order: order.everything, figures: commission, statementLines: lines },
        shown: { order: order.shown ?? null, statementLines: lines.map(lineShown) },
      },
    };
  }

  private async ofStatement({ programId, partnerId }: Asked, statementId: StatementId): Promise<CaseFile> {
    const found = await this.statements.statement(statementId);
    if (found?.statement.programId !== programId || found.statement.partnerId !== partnerId)
      throw nothingThere('/statementId', 'statement');
    const told = { statement: { ...headTold(found), lines: await this.firstLines(found) } };
    return {
      disputed: { thing: `statement:${statementId}`, statementId, since: found.statement.closedAt },
      findings: {},
      snapshot: { everything: told, shown: told },
    };
  }

  /** The digest is of all of them. */
  private async firstLines({ statement }: DetailedStatement): Promise<readonly object[]> {
    for await (const page of this.statements.lines(statement))
      return page.slice(0, MAX_LINES).map((line) => ({ ...line, amount: line.amount.toJSON() }));
    return [];
  }

  private async ofPayout({ programId, partnerId }: Asked, payoutId: PayoutId): Promise<CaseFile> {
    const found = await this.payouts.payout(payoutId);
    if (found?.payout.programId !== programId || found.payout.partnerId !== partnerId)
      throw nothingThere('/payoutId', 'payout');
    const { payout } = found;
    const { amount, createdAt, submittedAt, settledAt, endedAt } = payout;
    const bank = await this.reader.bankHistory(payoutId);
    const told = payoutTold(found);
    return {
      disputed: {
        thing: `payout:${payoutId}`,
        since: latest(createdAt, ...[submittedAt, settledAt, endedAt].flatMap((at) => at ?? [])),
        atMost: amount,
        missing: amount,
      },
      findings: { payout },
      snapshot: { everything: { payout: told, bank }, shown: { payout: told } },
    };
  }
}

/** By the program's own name for it, so that it is the same however it was named. */
const thingOf = (programId: Id<'prg'>, { orderRef }: OrderEvidence): string => `order:${programId}:${orderRef}`;

const boundsOf = (
  kind: Asked['kind'],
  { goods }: OrderEvidence,
  { takenOff, amount, recomputed }: CommissionEvidence,
): Pick<Disputed, 'atMost' | 'missing'> => {
  const taken = Money.fromJson(takenOff);
  if (kind === 'wrongful_reversal' && !taken.isZero) return { atMost: taken, missing: taken };
  const more = recomputed && Money.fromJson(recomputed).minus(Money.fromJson(amount));
  return { atMost: Money.fromJson(goods), missing: more !== undefined && more.minor > 0n ? more : undefined };
};

const lineShown = ({ purpose, amount, period, effectiveAt, statementId }: StatementLineFound): object => ({
  ...{ purpose, amount, period, effectiveAt, statementId },
});

const headTold = ({ statement, decision }: DetailedStatement): object => ({
  ...{ id: statement.id, number: numberOf(statement), period: statement.period, digest: statement.digest },
  ...{ opening: statement.opening.toJSON(), closing: statement.closing.toJSON(), closedAt: statement.closedAt },
  lineCount: statement.lineCount,
  payout: decision && { outcome: decision.outcome, payoutId: decision.payoutId },
});

const payoutTold = ({ payout, allocations }: DetailedPayout): object => ({
  ...historyOf(payout),
  allocations: allocations.map(({ minor, ...earning }) => ({
    ...earning,
    amount: { minor: minor.toString(), currency: payout.amount.currency } satisfies MoneyJson,
  })),
});

const historyOf = ({ id, batchId, period, amount, state, reason, createdAt, ...at }: Payout): object => ({
  ...{ id, batchId, period, amount: amount.toJSON(), state, reason, createdAt },
  ...{ submittedAt: at.submittedAt, settledAt: at.settledAt, endedAt: at.endedAt },
  // What the bank was told it by.
  ...{ endToEndId: id, uetr: uetrOf(id) },
});

const nothingThere = (pointer: string, what: string): AppError =>
  new AppError('not_found', 'settlement.dispute_nothing_there', `the partner has no such ${what} in the program`, {
    faults: [{ pointer, code: 'settlement.dispute_nothing_there', detail: `is no ${what} of the partner there` }],
  });
