import { canonicalJson } from '../../../../shared/canonical-json.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { grouped } from '../../../../shared/grouped.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { OrdersPort } from '../../../orders/index.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';
import { thresholdsOf } from '../../domain/periods/thresholds.ts';
import type { CommissionTransaction } from '../../ports/commissions.ts';
import { CaseFiles } from './case-files.ts';
import { judgeOrders } from './judge-orders.ts';

/** Reckons orders once more from all that is known of them, and keeps nothing of it. */
export class ReckonAgain {
  private readonly files: CaseFiles;

  constructor(
    private readonly transaction: CommissionTransaction,
    orders: OrdersPort,
    partners: PartnersPort,
    private readonly clock: Clock,
  ) {
    this.files = new CaseFiles(orders, partners);
  }

  /**
   * Commissions that would be others than they are. There is nothing to say of an order whose facts are gone, or that
   * nobody can calculate.
   */
  run(orderIds: readonly Id<'ord'>[]): Promise<readonly Commission[]> {
    if (orderIds.length === 0) return Promise.resolve([]);
    return this.transaction.run(async (stores) => {
      const { periods } = stores;
      const credits = await stores.credits.ofOrders(orderIds);
      const existing = grouped(await stores.commissions.ofOrders(orderIds), ({ orderId }) => orderId);
      const { cases, versions } = await this.files.of(stores, credits, existing, undefined);
      const unsaved = {
        ofOrders: periods.ofOrders.bind(periods),
        open: periods.open.bind(periods),
        behind: periods.behind.bind(periods),
        save: () => Promise.resolve(),
      };
      const { judged } = await judgeOrders(unsaved, cases, thresholdsOf(versions), this.clock.now());
      return judged.flatMap(({ known, reckoned }) => {
        const before = new Set(known.commissions.map(comparable));
        return reckoned.commissions.filter((commission) => !before.has(comparable(commission)));
      });
    });
  }
}

/**
 * What is stored has its members in another order. Whatever comes to the same by later terms is noted when there is news
 * of its order: rows from before that was noted are no others for it.
 */
const comparable = (commission: Commission): string =>
  canonicalJson({ ...commission, termsId: undefined, termsVersion: undefined, awaitsAcceptance: undefined });
