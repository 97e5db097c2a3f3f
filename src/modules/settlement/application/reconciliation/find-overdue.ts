import type { Clock } from '../../../../shared/clock.ts';
import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Break } from '../../domain/reconciliation/break.ts';
import { overdueId } from '../../domain/reconciliation/expected.ts';
import { breakId } from '../../domain/reconciliation/reconciliation.ts';
import type { Overdue, ReconciliationReader } from '../../ports/reconciliation-reader.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';

const BATCH = 5_000;

/** Notes what has waited too long for a line of the bank: late first, then missing; and lines that stay announced. */
export class FindOverdue {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly reader: Pick<ReconciliationReader, 'overdue'>,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<boolean> {
    const now = this.clock.now();
    const overdue = await this.reader.overdue(now, BATCH);
    if (overdue.length === 0) return false;
    await this.transaction.run(({ reconciliations }) =>
      reconciliations.addBreaks(overdue.map((each) => breakOfOverdue(each, now))),
    );
    return true;
  }

  async due(): Promise<boolean> {
    return (await this.reader.overdue(this.clock.now(), 1)).length > 0;
  }
}

const breakOfOverdue = (overdue: Overdue, noticedAt: Instant): Break => {
  const { kind, programId, account, amount, direction, happenedAt, payoutId, expectedId, line } = overdue;
  return {
    id: idOf(overdue),
    ...{ programId, kind, account, amount, direction, happenedAt, noticedAt },
    state: 'open',
    ...(payoutId && { payoutId, endToEndId: payoutId }),
    ...(expectedId && { expectedId, endToEndId: expectedId }),
    ...(line && { lineId: line.id, statementId: line.statementId, ref: line.ref, endToEndId: line.endToEndId }),
  };
};

/** A payout that was late before, and is on its way once more, is late anew. */
const idOf = ({ payoutId, expectedId, direction, line, happenedAt }: Overdue): Id<'brk'> => {
  if (line !== undefined) return breakId(line.account, line.statementId, line.ref);
  if (expectedId !== undefined) return overdueId({ id: expectedId, direction });
  return derivedId('brk', payoutId ?? '', 'overdue', happenedAt);
};
