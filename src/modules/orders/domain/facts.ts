import type { Id } from '../../../shared/ids.ts';
import type { OrderFacts, OrderId } from '../index.ts';
import type { Folded } from './fold.ts';

export interface OrderName {
  readonly orderId: OrderId;
  readonly programId: Id<'prg'>;
  readonly orderRef: string;
}

/** What others may know of an order; undefined until its content is told. */
export const factsOf = ({ orderId, programId, orderRef }: OrderName, folded: Folded): OrderFacts | undefined => {
  const { content, placedAt } = folded;
  if (content === undefined || placedAt === undefined) return undefined;
  return {
    orderId,
    programId,
    orderRef,
    state: folded.state,
    placedAt,
    currency: content.currency,
    lines: folded.lines.map(({ lineRef, sku, category, quantity, returnedQuantity, unitPrice, metadata }) => ({
      lineRef,
      sku,
      category,
      quantity,
      returnedQuantity,
      unitPrice,
      metadata,
    })),
    milestones: folded.milestones,
    cancelledAt: folded.cancelledAt,
    returns: folded.returns,
    returnedAt: folded.returnedAt,
    chargedBackAt: folded.chargedBackAt,
    reason: folded.reason,
    clickId: content.clickId,
    visitorId: content.visitorId,
    couponCodes: content.couponCodes,
    customerRef: content.customerRef,
    customerEmailFingerprint: content.customerEmailFingerprint,
    customerPhoneFingerprint: content.customerPhoneFingerprint,
    customer: content.customer,
    metadata: content.metadata,
  };
};
