import type { Id } from '../../../../shared/ids.ts';
import { type Announcement, published } from '../../../../shared/outbox.ts';
import { numberOf, type Statement } from '../../domain/statements/statement.ts';
import { StatementClosedV1, StatementContinuedV1 } from '../../events.ts';

/** As many as an event names. */
const NAMED = 100_000;

/** That a statement is closed, and which commissions locked in it: what one event cannot name, more of them go on with. */
export const announced = (statement: Statement, locked: readonly Id<'com'>[]): readonly Announcement[] => {
  const about = { aggregate: statement.id, occurredAt: statement.closedAt };
  const { id: statementId, programId, partnerId, period, closedAt } = statement;
  const said = [published(StatementClosedV1, about, closed(statement, locked.slice(0, NAMED)))];
  for (let from = NAMED; from < locked.length; from += NAMED) {
    const commissionIds = locked.slice(from, from + NAMED);
    said.push(
      published(StatementContinuedV1, about, { statementId, programId, partnerId, period, commissionIds, closedAt }),
    );
  }
  return said;
};

const closed = (statement: Statement, commissionIds: readonly Id<'com'>[]): StatementClosedV1 => {
  const { id: statementId, programId, partnerId, period, opening, closing, closedAt } = statement;
  const balances = { opening: opening.toJSON(), closing: closing.toJSON() };
  const number = numberOf(statement);
  return { statementId, number, programId, partnerId, period, ...balances, commissionIds, closedAt };
};
