/** Why a recruit commission comes to what it does: a percentage of another commission, without what that one is made of. */
import { type Commission, netOf } from '../life-cycle/commission.ts';
import type { Explanation } from './explanation.ts';
import { recruitTarget } from '../life-cycle/recruits.ts';

/** Undefined: the commission is of an order itself. */
export const recruitExplanation = (
  { recruit }: Pick<Commission, 'recruit'>,
  parent: Commission,
  { terms, orderId, orderRef, vesting, returnWindowDays }: Explanation,
): Explanation | undefined =>
  recruit && {
    ...{ terms, orderId, orderRef, rounding: 'half_up', lines: [], limits: [] },
    recruit: { ...recruit, of: netOf(parent).toJSON() },
    total: recruitTarget(parent, recruit).toJSON(),
    ...{ vesting, returnWindowDays },
  };
