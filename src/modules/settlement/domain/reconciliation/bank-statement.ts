import { AppError } from '../../../../shared/errors.ts';
import { Money } from '../../../../shared/money.ts';
import type { BankStatement } from './reconciliation.ts';

/** Where the last statement of an account ended. */
export interface LastStatement {
  readonly statementId: string;
  readonly closing: Money;
  readonly sequence?: number | undefined;
}

/**
 * A statement must follow from itself and from the one before it, or something is missing and nothing of it counts.
 * Throws `settlement.bank_statement_unbalanced`, `settlement.bank_statement_gap`.
 */
export const mustFollow = (statement: BankStatement, last: LastStatement | undefined): void => {
  const { id, opening, closing, sequence, lines } = statement;
  const booked = lines
    .filter(({ status }) => status === 'booked')
    .map(({ amount, direction }) => (direction === 'credit' ? amount : amount.negated()));
  const computed = opening.plus(Money.sum(opening.currency, booked));
  if (!computed.equals(closing)) {
    throw new AppError(
      'refused',
      'settlement.bank_statement_unbalanced',
      `statement ${id}: opening and entries make ${computed.toString()}, it closes with ${closing.toString()}`,
    );
  }
  if (last === undefined) return;
  const skipped = sequence !== undefined && last.sequence !== undefined && sequence !== last.sequence + 1;
  if (!skipped && opening.equals(last.closing)) return;
  throw new AppError(
    'refused',
    'settlement.bank_statement_gap',
    `statement ${id} opens with ${opening.toString()}, the one before closed with ${last.closing.toString()}; import the missing one first`,
    { ids: { statementId: id } },
  );
};
