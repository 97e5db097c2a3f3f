import type { Commission } from '../../domain/life-cycle/commission.ts';
import type { Explanation } from '../../domain/explaining/explanation.ts';
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
