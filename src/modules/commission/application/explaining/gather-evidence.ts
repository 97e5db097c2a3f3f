import type { Id } from '../../../../shared/ids.ts';
import type { NamedOrdersPort } from '../../../orders/index.ts';
import { evidenceOf } from '../../domain/explaining/evidence.ts';
import { EvidencePort, type OrderEvidence, type OrderNamed } from '../../index.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';
import type { WhyOrder } from './why-order.ts';

/** Puts together what a dispute about an order is judged by. */
export class GatherEvidence extends EvidencePort {
  constructor(
    private readonly whyOrder: WhyOrder,
    private readonly reader: Pick<CommissionReader, 'find' | 'past'>,
    private readonly namedOrders: NamedOrdersPort,
  ) {
    super();
  }

  async order(programId: Id<'prg'>, partnerId: Id<'par'>, named: OrderNamed): Promise<OrderEvidence | undefined> {
    const orderId = await this.orderIdOf(programId, named);
    const known = orderId && (await this.whyOrder.run(orderId));
    if (known?.order.programId !== programId) return undefined;
    const commissions = await Promise.all(
      known.commissions.map(async (each) => ({ ...each, past: await this.reader.past(each.commission.id) })),
    );
    return evidenceOf({ ...known, commissions }, partnerId);
  }

  private async orderIdOf(programId: Id<'prg'>, named: OrderNamed): Promise<Id<'ord'> | undefined> {
    if ('orderId' in named) return named.orderId;
    if ('orderRef' in named) return this.namedOrders.named(programId, named.orderRef);
    return (await this.reader.find(named.commissionId))?.orderId;
  }
}
