import { Money } from '../../../../shared/money.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';
import type { Explanation } from '../../domain/explaining/explanation.ts';
import { leftOf } from '../../domain/life-cycle/left-of.ts';
import { recruitExplanation } from '../../domain/explaining/recruit-explanation.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';

/** Why a commission comes to what it does; one of a recruiter, by the commission it follows. */
export const explainCommission = async (
  reader: Pick<CommissionReader, 'find' | 'explanation'>,
  commission: Commission,
): Promise<Explanation | undefined> => {
  const { id, recruit } = commission;
  if (recruit === undefined) return reader.explanation(id);
  const [parent, explanation] = await Promise.all([
    reader.find(recruit.parentId),
    reader.explanation(recruit.parentId),
  ]);
  return parent && explanation && recruitExplanation(commission, parent, explanation);
};

/** Why it comes to what it does by now, where the terms added something after the lock, or took some of it back. */
export const explainSinceLock = async (
  reader: Pick<CommissionReader, 'explanationSinceLock'>,
  commission: Commission,
): Promise<Explanation | undefined> => {
  if (commission.clawedBack.isZero && commission.adjusted.isZero) return undefined;
  const explanation = await reader.explanationSinceLock(commission.id);
  // Whose order has ended comes to nothing, whatever the goods would have earned.
  return explanation && Money.fromJson(explanation.total).equals(leftOf(commission)) ? explanation : undefined;
};
