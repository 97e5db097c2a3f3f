import type { Clock } from '../../../../shared/clock.ts';
import { grouped } from '../../../../shared/grouped.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { Announcement } from '../../../../shared/outbox.ts';
import { announcedPaid } from '../../domain/life-cycle/announcements.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';
import { otherStep, type PastStep } from '../../domain/life-cycle/history.ts';
import { paid, recovered, settled, unpaid, unrecovered } from '../../domain/life-cycle/settle.ts';
import type { CommissionId } from '../../index.ts';
import type { CommissionStores } from '../../ports/commissions.ts';

/** What settlement says of one commission. */
export type SettlementNews = { readonly commissionId: CommissionId; readonly at: Instant } & (
  | { readonly kind: 'settled' }
  | { readonly kind: NewsOfPayout; readonly amount: MoneyJson; readonly payoutId: Id<'pay'> }
);
export type NewsOfPayout = 'paid' | 'unpaid' | 'recovered' | 'unrecovered';

/** Notes what became of locked commissions: on a statement, paid, come back. */
export class SettleCommissions {
  constructor(private readonly clock: Clock) {}

  async run({ commissions, outbox }: CommissionStores, news: readonly SettlementNews[]): Promise<void> {
    const byCommission = grouped(news, ({ commissionId }) => commissionId);
    const changed: Commission[] = [];
    const past: PastStep[] = [];
    const said: Announcement[] = [];
    for (const commission of await commissions.ofIds([...byCommission.keys()])) {
      let now = commission;
      for (const item of byCommission.get(commission.id) ?? []) {
        const before = now;
        now = applied(now, item);
        past.push(stepOf(now, item));
        if (item.kind === 'paid' && now.state === 'paid' && before.state !== 'paid')
          said.push(announcedPaid(now, item.payoutId, item.at));
      }
      changed.push(now);
    }
    await commissions.save(changed);
    await commissions.record(past, this.clock.now());
    outbox.publish(...said);
  }
}

const stepOf = (commission: Commission, news: SettlementNews): PastStep => {
  if (news.kind === 'settled') return otherStep(commission, 'settled', news.at);
  const amount = Money.fromJson(news.amount);
  const more = news.kind === 'paid' || news.kind === 'unrecovered';
  const by = more ? amount : amount.negated();
  return otherStep(commission, news.kind, news.at, { by, payoutId: news.payoutId });
};

const applied = (commission: Commission, news: SettlementNews): Commission => {
  if (news.kind === 'settled') return settled(commission, news.at);
  const amount = Money.fromJson(news.amount);
  switch (news.kind) {
    case 'paid':
      return paid(commission, amount, news.at);
    case 'unpaid':
      return unpaid(commission, amount);
    case 'recovered':
      return recovered(commission, amount);
    case 'unrecovered':
      return unrecovered(commission, amount);
  }
};
