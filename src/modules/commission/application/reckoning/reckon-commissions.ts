import type { AppError } from '../../../../shared/errors.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { grouped } from '../../../../shared/grouped.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { OrdersPort } from '../../../orders/index.ts';
import { explained } from '../../domain/explaining/explained.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';
import type { Credit } from '../../domain/life-cycle/credit.ts';
import { type CreditNews, withNews } from '../../domain/life-cycle/credit-news.ts';
import type { Cause } from '../../domain/life-cycle/step.ts';
import { thresholdsOf } from '../../domain/periods/thresholds.ts';
import type { CommissionStores } from '../../ports/commissions.ts';
import { CaseFiles } from './case-files.ts';
import { asideBecause, type Case, judgeOrders, leaveAsTheyAre } from './judge-orders.ts';
import { keep } from './keep.ts';
import { allowPassed, type Heard } from './let-pass.ts';

/** Takes in what others said of some orders, and brings their commissions to where all facts together put them. */
export class ReckonCommissions {
  private readonly files: CaseFiles;

  constructor(
    private readonly orders: OrdersPort,
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {
    this.files = new CaseFiles(orders, partners);
  }

  /** An order that nobody can calculate is set aside, with the reason; the others go on. Nothing is guessed. */
  async run(stores: CommissionStores, news: readonly CreditNews[], because?: Cause): Promise<void> {
    const heard = await this.heard(stores, news);
    if (heard.length === 0) return;
    const commissions = await stores.commissions.ofOrders(heard.map(({ credit }) => credit.orderId));
    const existing = grouped(commissions, ({ orderId }) => orderId);
    const left = await allowPassed(stores, heard, existing);
    if (left.length > 0) await this.reckon(stores, left, existing, because);
  }

  private async reckon(
    stores: CommissionStores,
    credits: readonly Credit[],
    existing: ReadonlyMap<Id<'ord'>, readonly Commission[]>,
    because: Cause | undefined,
  ): Promise<void> {
    const { cases, versions, freshRates } = await this.files.of(stores, credits, existing, because);
    const now = this.clock.now();
    const { judged, calculated, setAside } = await judgeOrders(stores.periods, cases, thresholdsOf(versions), now);
    const converted = new Set(calculated);
    await stores.rates.take(
      freshRates.filter(({ wanted }) => converted.has(wanted.orderId)),
      now,
    );
    const told = judged.map(explained);
    const commissions = told.flatMap((each) => each.commissions);
    const steps = judged.flatMap(({ reckoned }) => reckoned.steps);
    await keep(stores, { commissions, steps }, now);
    await stores.commissions.explain(
      told.flatMap((each) => each.calculated),
      now,
    );
    await stores.queue.calculated([...calculated, ...nobodys(credits, cases)]);
    await stores.queue.setAside(setAside);
  }

  /** For an order that stops whoever tries to judge it: its commissions stay as they are, until somebody can. */
  async setAside(
    { periods, queue }: CommissionStores,
    orderId: Id<'ord'>,
    why: Pick<AppError, 'code' | 'message'>,
  ): Promise<void> {
    const now = this.clock.now();
    await leaveAsTheyAre(periods, [orderId], now);
    const orders = await this.orders.facts([orderId]);
    await queue.setAside(orders.map((order) => asideBecause(order, why, now)));
  }

  /** The credits as they are with the news, those that are new with the groups of their partners. */
  private async heard({ credits }: CommissionStores, news: readonly CreditNews[]): Promise<readonly Heard[]> {
    const byOrder = grouped(news, ({ orderId }) => orderId);
    const orderIds = [...byOrder.keys()];
    const stored = new Map((await credits.ofOrders(orderIds)).map((credit) => [credit.orderId, credit]));
    const current = await this.withGroups(
      orderIds.flatMap((orderId) => withNews(stored.get(orderId), byOrder.get(orderId) ?? []) ?? []),
    );
    await credits.save(current.filter((credit) => credit !== stored.get(credit.orderId)));
    return current.map((credit) => ({
      credit,
      before: stored.get(credit.orderId),
      news: byOrder.get(credit.orderId) ?? [],
    }));
  }

  /** Whose groups nobody has noted yet is in those it is in now; they stay with the credit. */
  private async withGroups(credits: readonly Credit[]): Promise<readonly Credit[]> {
    const ungrouped = credits.filter((credit) => credit.credits.some(({ groups }) => groups === undefined));
    const groups = new Map<string, readonly string[]>();
    for (const [programId, of] of grouped(ungrouped, (credit) => credit.programId)) {
      const partnerIds = [...new Set(of.flatMap((credit) => credit.credits.map(({ partnerId }) => partnerId)))];
      for (const enrolment of await this.partners.enrolments(programId, partnerIds))
        groups.set(`${programId}/${enrolment.partnerId}`, enrolment.groups ?? []);
    }
    return credits.map((credit) =>
      ungrouped.includes(credit)
        ? {
            ...credit,
            credits: credit.credits.map((part) => ({
              ...part,
              groups: part.groups ?? groups.get(`${credit.programId}/${part.partnerId}`) ?? [],
            })),
          }
        : credit,
    );
  }
}

/** There is nothing to calculate of an order that is nobody's. */
const nobodys = (credits: readonly Credit[], cases: readonly Case[]): readonly Id<'ord'>[] => {
  const judged = new Set(cases.map(({ order }) => order.orderId));
  return credits.filter((each) => each.credits.length === 0 && !judged.has(each.orderId)).map(({ orderId }) => orderId);
};
