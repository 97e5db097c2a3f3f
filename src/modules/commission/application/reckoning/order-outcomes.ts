import { grouped } from '../../../../shared/grouped.ts';
import { Money } from '../../../../shared/money.ts';
import type { CreditReasonsPort } from '../../../attribution/index.ts';
import type { OrderFacts, PlacedOrdersPort } from '../../../orders/index.ts';
import { type DeliveredOrder, type OutcomeOfOrder, OutcomesPort } from '../../index.ts';
import type { Earned, OutcomeReader } from '../../ports/outcome-reader.ts';

/** Says of each delivered order what it earned, or why nothing: everybody who had a part in it is asked once. */
export class OrderOutcomes extends OutcomesPort {
  constructor(
    private readonly orders: PlacedOrdersPort,
    private readonly credits: CreditReasonsPort,
    private readonly reader: OutcomeReader,
  ) {
    super();
  }

  async delivered(
    programId: Parameters<OutcomesPort['delivered']>[0],
    asked: Parameters<OutcomesPort['delivered']>[1],
  ): ReturnType<OutcomesPort['delivered']> {
    const placed = await this.orders.placed(programId, asked);
    const last = placed.length < asked.limit ? undefined : placed.at(-1);
    const orders = placed.filter(({ milestones }) => milestones.delivered !== undefined);
    const ids = orders.map(({ orderId }) => orderId);
    const [earned, uncalculated, reasons] = await Promise.all([
      this.reader.earned(ids),
      this.reader.uncalculated(ids),
      this.credits.reasons(ids),
    ]);
    const byOrder = grouped(earned, ({ orderId }) => orderId);
    const credit = new Map(reasons.map(({ orderId, reason }) => [orderId, reason]));
    const known = (order: OrderFacts): DeliveredOrder => {
      const own = byOrder.get(order.orderId) ?? [];
      const why = { uncalculated: uncalculated.get(order.orderId), credit: credit.get(order.orderId) };
      return outcomeOf(order, own, reasonOf(own, why));
    };
    return { orders: orders.map(known), next: last ? { placedAt: last.placedAt, orderId: last.orderId } : null };
  }
}

interface Why {
  readonly uncalculated: string | undefined;
  /** Undefined: not decided; null: somebody's. */
  readonly credit: string | null | undefined;
}

/** The first that says something: nobody could reckon it, it ended, it is nothing, nobody is credited, it is still to come. */
const reasonOf = (earned: readonly Earned[], { uncalculated, credit }: Why): string | null => {
  if (earned.some(({ minor }) => minor > 0n)) return null;
  if (uncalculated !== undefined) return uncalculated;
  const ended = earned.find(({ endReason }) => endReason !== undefined);
  if (ended !== undefined) return ended.endReason ?? null;
  if (credit !== undefined && credit !== null) return credit;
  if (earned.length > 0) return 'earned_nothing';
  return credit === undefined ? 'not_decided' : 'not_calculated';
};

const outcomeOf = (order: OrderFacts, earned: readonly Earned[], reason: string | null): DeliveredOrder => {
  const { orderId, orderRef, placedAt, milestones, currency, lines } = order;
  const value = Money.sum(
    // In that of its lines: an order that was changed beside its journal is for another audit to find.
    lines[0]?.unitPrice.currency ?? currency,
    lines.map(({ unitPrice, quantity, returnedQuantity }) =>
      Money.fromJson(unitPrice).times(BigInt(quantity - returnedQuantity)),
    ),
  );
  const deliveredAt = milestones.delivered ?? placedAt;
  return { orderId, orderRef, placedAt, deliveredAt, value: value.toJSON(), commissions: earned.map(told), reason };
};

const told = ({ commissionId, partnerId, state, currency, minor, paidMinor }: Earned): OutcomeOfOrder => ({
  commissionId,
  partnerId,
  state,
  amount: Money.of(minor, currency).toJSON(),
  paid: Money.of(paidMinor, currency).toJSON(),
});
