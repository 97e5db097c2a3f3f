/** What is known of an order, as evidence in a dispute about it: plain data, which is kept as it was. */
import { latest } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { OrderFacts } from '../../../orders/index.ts';
import type { CommissionEvidence, OrderEvidence } from '../../index.ts';
import { recalculate } from '../engine/recalculate.ts';
import type { PastStep } from '../life-cycle/history.ts';
import { leftOf } from '../life-cycle/left-of.ts';
import { type Earned, type Known, type Seen, seenBy } from './why.ts';

export interface EarnedWithPast extends Earned {
  readonly past: readonly PastStep[];
}

export interface KnownWithPast extends Known {
  readonly commissions: readonly EarnedWithPast[];
}

export const evidenceOf = (known: KnownWithPast, partnerId: Id<'par'>): OrderEvidence => {
  const { order, decision, commissions } = known;
  const pasts = new Map(commissions.map(({ commission, past }) => [commission.id, past]));
  const shown = seenBy(known, partnerId);
  const own = commissions.filter(({ commission }) => commission.partnerId === partnerId);
  return {
    orderId: order.orderId,
    orderRef: order.orderRef,
    placedAt: order.placedAt,
    goods: goodsOf(order).toJSON(),
    decidedAt: decision?.decidedAt,
    isCredited: decision?.partners.some((each) => each.partnerId === partnerId) ?? false,
    commissions: own.map(commissionEvidence),
    everything: toldOf(seenBy(known, undefined), pasts, 'staff'),
    shown: shown && toldOf(shown, pasts, own.length > 0 ? 'earner' : 'other'),
  };
};

const goodsOf = ({ lines, currency }: OrderFacts): Money =>
  Money.sum(
    currency,
    lines.map(({ unitPrice, quantity }) => Money.fromJson(unitPrice).times(BigInt(quantity))),
  );

const DECIDES: readonly PastStep['kind'][] = [
  'accrued',
  'raised',
  'reduced',
  'reversed',
  'locked',
  'clawed_back',
  'topped_up',
];
const TAKES: readonly PastStep['kind'][] = ['reduced', 'reversed', 'clawed_back'];

const commissionEvidence = ({ commission, explanation, past }: EarnedWithPast): CommissionEvidence => {
  const { id, partnerId, state, amount, accruedAt, recruit } = commission;
  const comparable = explanation !== undefined && recruit === undefined && state !== 'reversed';
  const taken = past.flatMap(({ kind, by }) => (TAKES.includes(kind) && by !== undefined ? [by.negated()] : []));
  return {
    commissionId: id,
    partnerId,
    state,
    amount: amount.toJSON(),
    recomputed: comparable ? recalculate(explanation).toJSON() : undefined,
    takenOff: Money.sum(amount.currency, taken).toJSON(),
    decidedAt: latest(accruedAt, ...past.filter(({ kind }) => DECIDES.includes(kind)).map(({ at }) => at)),
  };
};

type Audience = 'staff' | 'earner' | 'other';

/** A partner who only touched the order learns of it what `GET /v1/orders/{orderId}/why` tells, and no more. */
const toldOf = (
  seen: Seen | undefined,
  pasts: ReadonlyMap<string, readonly PastStep[]>,
  audience: Audience,
): object => {
  if (seen === undefined) return {};
  const { order, answer, credit, uncalculated, commissions } = seen;
  const { orderId, orderRef, programId, state, placedAt } = order;
  return {
    order: { orderId, orderRef, programId, state, placedAt, ...(audience !== 'other' && timelineOf(order)) },
    ...(audience === 'staff' && { lines: order.lines }),
    answer,
    credit: credit ?? null,
    uncalculated: uncalculated ?? null,
    commissions: commissions.map((each) => earnedTold(each, pasts.get(each.commission.id) ?? [], audience)),
  };
};

const timelineOf = ({ milestones, cancelledAt, returns, returnedAt, chargedBackAt, reason }: OrderFacts): object => ({
  milestones,
  cancelledAt,
  returns: returns.map(({ at, extent }) => ({ at, extent })),
  returnedAt,
  chargedBackAt,
  reason,
});

const earnedTold = ({ commission, explanation }: Earned, past: readonly PastStep[], audience: Audience): object => ({
  commissionId: commission.id,
  partnerId: commission.partnerId,
  state: commission.state,
  amount: commission.amount.toJSON(),
  net: leftOf(commission).toJSON(),
  endReason: commission.endReason,
  terms: { termsId: commission.termsId, version: commission.termsVersion },
  explanation: explanation ?? null,
  history: past.map(({ kind, at, amount, by, reasons, adjustmentId, payoutId, actor, note }) => ({
    kind,
    at,
    amount: amount.toJSON(),
    by: by?.toJSON(),
    reasons,
    adjustmentId,
    payoutId,
    ...(audience === 'staff' && { actor, note }),
  })),
});
