import { AppError } from '../../../../shared/errors.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';
import type { CommissionId } from '../../index.ts';
import type { CommissionStores } from '../../ports/commissions.ts';

/** Nobody else's until the transaction ends. Throws `commission.not_found`. */
export const foundCommission = async (
  { commissions }: CommissionStores,
  commissionId: CommissionId,
): Promise<Commission> => {
  const [found] = await commissions.ofIds([commissionId]);
  if (found === undefined) throw noCommission(commissionId);
  return found;
};

export const noCommission = (commissionId: CommissionId): AppError =>
  new AppError('not_found', 'commission.not_found', `there is no commission ${commissionId}`);
