import type { AttributionPort } from '../../../attribution/index.ts';
import type { OrderId, OrdersPort } from '../../../orders/index.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { commissionText } from '../../domain/explaining/commission-text.ts';
import type { Language } from '../../domain/explaining/words/words.ts';
import { whyText } from '../../domain/explaining/why-text.ts';
import { type Known, seenBy } from '../../domain/explaining/why.ts';
import { type CommissionId, WhyPort } from '../../index.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';
import type { OrderLists } from '../../ports/order-lists.ts';
import { explainCommission, explainSinceLock } from './explain-commission.ts';
import type { LookAtCommission } from './look-at-commission.ts';

/** More partners than an order is ever divided among, and more generations than there ever were. */
const MOST = 200;

/** Answers for an order, also where it earned nobody anything: that has its reasons, too. */
export class WhyOrder {
  constructor(
    private readonly orders: OrdersPort,
    private readonly partners: Pick<PartnersPort, 'program'>,
    private readonly attribution: AttributionPort,
    private readonly reader: Pick<CommissionReader, 'page' | 'find' | 'explanation' | 'explanationSinceLock'>,
    private readonly lists: Pick<OrderLists, 'uncalculatedOrder'>,
  ) {}

  /** Undefined: there is no such order. */
  async run(orderId: OrderId): Promise<Known | undefined> {
    const [order] = await this.orders.facts([orderId]);
    if (order === undefined) return undefined;
    const { programId, orderRef } = order;
    const [program, decision, uncalculated, { data }] = await Promise.all([
      this.partners.program(programId),
      this.attribution.decision(orderId),
      this.lists.uncalculatedOrder(orderId),
      this.reader.page({ programId, orderRef }, { limit: MOST }),
    ]);
    const commissions = await Promise.all(
      data.map(async (commission) => ({
        commission,
        explanation: await explainCommission(this.reader, commission),
        sinceLock: await explainSinceLock(this.reader, commission),
      })),
    );
    return { order, timeZone: program?.timeZone, decision, uncalculated, commissions };
  }
}

/** For whoever asks from a shell. */
export class WhyInWords extends WhyPort {
  constructor(
    private readonly reader: Pick<CommissionReader, 'find' | 'explanation' | 'explanationSinceLock'>,
    private readonly whyOrder: WhyOrder,
    private readonly look: LookAtCommission,
  ) {
    super();
  }

  async commission(commissionId: CommissionId, language: Language): Promise<string | undefined> {
    const commission = await this.reader.find(commissionId);
    const explanation = commission && (await explainCommission(this.reader, commission));
    if (commission === undefined || explanation === undefined) return undefined;
    const [{ outlook, timeZone }, sinceLock] = await Promise.all([
      this.look.run(commission),
      explainSinceLock(this.reader, commission),
    ]);
    return commissionText({ commission, explanation, sinceLock }, outlook, language, timeZone);
  }

  async order(orderId: OrderId, language: Language): Promise<string | undefined> {
    const known = await this.whyOrder.run(orderId);
    const seen = known && seenBy(known, undefined);
    return seen && whyText(seen, language);
  }
}
