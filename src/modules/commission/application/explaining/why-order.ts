import type { AttributionPort } from '../../../attribution/index.ts';
import type { OrderId, OrdersPort } from '../../../orders/index.ts';
import { explanationText } from '../../domain/explaining/explanation-text.ts';
import { outlookText } from '../../domain/explaining/outlook-text.ts';
import { sinceText } from '../../domain/explaining/since-text.ts';
import type { Language } from '../../domain/explaining/words/words.ts';
import { whyText } from '../../domain/explaining/why-text.ts';
import { type Known, seenBy } from '../../domain/explaining/why.ts';
import { type CommissionId, WhyPort } from '../../index.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';
import type { OrderLists } from '../../ports/order-lists.ts';
import type { LookAtCommission } from './look-at-commission.ts';

/** More partners than an order is ever divided among, and more generations than there ever were. */
const MOST = 200;

/** Answers for an order, also where it earned nobody anything: that has its reasons, too. */
export class WhyOrder {
  constructor(
    private readonly orders: OrdersPort,
    private readonly attribution: AttributionPort,
    private readonly reader: Pick<CommissionReader, 'page' | 'explanation'>,
    private readonly lists: Pick<OrderLists, 'uncalculatedOrder'>,
  ) {}

  /** Undefined: there is no such order. */
  async run(orderId: OrderId): Promise<Known | undefined> {
    const [order] = await this.orders.facts([orderId]);
    if (order === undefined) return undefined;
    const { programId, orderRef } = order;
    const [decision, uncalculated, { data }] = await Promise.all([
      this.attribution.decision(orderId),
      this.lists.uncalculatedOrder(orderId),
      this.reader.page({ programId, orderRef }, { limit: MOST }),
    ]);
    const commissions = await Promise.all(
      data.map(async (commission) => ({ commission, explanation: await this.reader.explanation(commission.id) })),
    );
    return { order, decision, uncalculated, commissions };
  }
}

/** For whoever asks from a shell. */
export class WhyInWords extends WhyPort {
  constructor(
    private readonly reader: Pick<CommissionReader, 'explanation' | 'find'>,
    private readonly whyOrder: WhyOrder,
    private readonly look: LookAtCommission,
  ) {
    super();
  }

  async commission(commissionId: CommissionId, language: Language): Promise<string | undefined> {
    const commission = await this.reader.find(commissionId);
    const explanation = await this.reader.explanation(commissionId);
    if (commission === undefined || explanation === undefined) return undefined;
    const { outlook } = await this.look.run(commission);
    return [
      explanationText(explanation, language),
      sinceText(commission, language),
      outlookText(outlook, language),
    ].join('');
  }

  async order(orderId: OrderId, language: Language): Promise<string | undefined> {
    const known = await this.whyOrder.run(orderId);
    const seen = known && seenBy(known, undefined);
    return seen && whyText(seen, language);
  }
}
