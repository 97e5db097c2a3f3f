import { Money } from '../../../../shared/money.ts';
import type { Commission } from './commission.ts';
import { recalculate } from '../engine/recalculate.ts';
import type { Explanation } from '../explaining/explanation.ts';

/** What is wrong with a commission by its explanation alone, in a sentence; undefined: nothing is. */
export const explanationFault = (
  { id, amount, termsId }: Pick<Commission, 'id' | 'amount' | 'termsId'>,
  explanation: Explanation | undefined,
): string | undefined => {
  if (explanation === undefined) return `${id} has no explanation`;
  const total = totalOf(explanation);
  if (total === undefined) return `${id} has an explanation that nobody can calculate`;
  if (!total.equals(amount)) return `${id} is ${amount.toString()}, its explanation says ${total.toString()}`;
  if (!isWhole(explanation)) return `${id} has an explanation whose parts do not sum to its total`;
  if (explanation.terms.termsId !== termsId)
    return `${id} is by terms ${termsId}, its explanation is by ${explanation.terms.termsId}`;
  return undefined;
};

/** Undefined: some of it is missing, or is not what it should be. */
const totalOf = (explanation: Explanation): Money | undefined => {
  try {
    return recalculate(explanation);
  } catch {
    return undefined; // whatever it stumbled over: it is the explanation that is at fault
  }
};

const isWhole = ({ lines, bonuses = [], total }: Explanation): boolean => {
  const sum = [...lines, ...bonuses].reduce((minor, { amount }) => minor + BigInt(amount.minor), 0n);
  return Money.of(sum, total.currency).equals(Money.fromJson(total));
};
