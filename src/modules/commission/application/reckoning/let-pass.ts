import type { Id } from '../../../../shared/ids.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';
import { allowedOf, letPass } from '../../domain/life-cycle/consent.ts';
import type { Credit } from '../../domain/life-cycle/credit.ts';
import type { CreditNews } from '../../domain/life-cycle/credit-news.ts';
import type { CommissionStores } from '../../ports/commissions.ts';

/** A credit as it is now, as it was before, and the news of it and of its order. */
export interface Heard {
  readonly credit: Credit;
  readonly before: Credit | undefined;
  readonly news: readonly CreditNews[];
}

/**
 * Allows the commissions of whatever fraud merely lets pass. Answers the credits that are left to be reckoned; among them
 * are those of orders that nobody could calculate: their commissions stay as they are.
 */
export const allowPassed = async (
  { commissions, queue }: CommissionStores,
  heard: readonly Heard[],
  existing: ReadonlyMap<Id<'ord'>, readonly Commission[]>,
): Promise<readonly Credit[]> => {
  const passed = heard.flatMap(({ news, before, credit }) => {
    const { orderId } = credit;
    const partnerIds = letPass(news, before, credit);
    const allowed = partnerIds.length === 0 ? undefined : allowedOf(existing.get(orderId) ?? [], partnerIds);
    return allowed === undefined ? [] : [{ orderId, allowed }];
  });
  if (passed.length === 0) return heard.map(({ credit }) => credit);
  const aside = await queue.areSetAside(passed.map(({ orderId }) => orderId));
  const done = passed.filter(({ orderId }) => !aside.has(orderId));
  await commissions.allow(done.flatMap(({ allowed }) => allowed.map(({ id }) => id)));
  const over = new Set(done.map(({ orderId }) => orderId));
  return heard.flatMap(({ credit }) => (over.has(credit.orderId) ? [] : [credit]));
};
