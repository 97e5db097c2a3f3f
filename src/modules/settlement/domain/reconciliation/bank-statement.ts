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
  const { id, opening, closing, lines } = statement;
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
  const gaps = gapsBetween(statement, last);
  if (gaps.length === 0) return;
  throw new AppError(
    'refused',
    'settlement.bank_statement_gap',
    `statement ${id} does not follow ${last.statementId}: ${gaps.join('; ')}; import what is missing first`,
    { ids: { statementId: id } },
  );
};

const gapsBetween = ({ opening, sequence }: BankStatement, last: LastStatement): readonly string[] => {
  const next = last.sequence === undefined ? undefined : last.sequence + 1;
  const isSkipped = sequence !== undefined && next !== undefined && sequence !== next;
  const [opens, closed] = [opening.toString(), last.closing.toString()];
  return [
    ...(isSkipped ? [`its number is ${sequence}, ${next} is expected`] : []),
    ...(opening.equals(last.closing) ? [] : [`it opens with ${opens}, the one before closed with ${closed}`]),
  ];
};
