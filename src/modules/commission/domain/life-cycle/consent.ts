/**
 * Of nearly every order fraud says that it may pass. Where it never said anything else, that changes one field of the
 * commissions there are, and nothing of what they come to: nobody needs to reckon the order for it.
 */
import type { Id } from '../../../../shared/ids.ts';
import type { Commission } from './commission.ts';
import type { Credit } from './credit.ts';
import type { CreditNews } from './credit-news.ts';
import { isLive } from './reckon.ts';

/** Partners whose parts fraud lets pass; none, if anything else is news of the order, or its credit was ever held up. */
export const letPass = (
  news: readonly CreditNews[],
  before: Credit | undefined,
  after: Credit,
): readonly Id<'par'>[] => {
  if (!news.every((each) => 'verdict' in each) || after.credits !== before?.credits) return [];
  if (after.verdicts.some(({ verdict }) => verdict !== 'allow')) return [];
  const said = new Set(before.verdicts);
  return after.verdicts.filter((verdict) => !said.has(verdict)).map(({ partnerId }) => partnerId);
};

/** What is to be allowed of an order's commissions; undefined, when one of the partners has none that lives. */
export const allowedOf = (
  commissions: readonly Commission[],
  partnerIds: readonly Id<'par'>[],
): readonly Commission[] | undefined => {
  const own = commissions.filter((each) => each.recruit === undefined && isLive(each));
  if (!partnerIds.every((partnerId) => own.some((each) => each.partnerId === partnerId))) return undefined;
  const parents = new Set(own.filter(({ partnerId }) => partnerIds.includes(partnerId)).map(({ id }) => id));
  return commissions.filter(
    ({ id, recruit, endReason, allowed }) =>
      !allowed &&
      (parents.has(id) || (recruit !== undefined && endReason === undefined && parents.has(recruit.parentId))),
  );
};
