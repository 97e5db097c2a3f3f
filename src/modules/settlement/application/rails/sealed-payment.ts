import { parseId } from '../../../../shared/ids.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { Vault } from '../../../../shared/vault.ts';
import type { Batch } from '../../domain/payouts/payout.ts';
import type { PayoutId } from '../../index.ts';
import type { Payment, PaymentOrder } from '../../ports/payment-files.ts';
import type { RailPayment } from '../../ports/rail-payments.ts';

type Kept = Omit<PaymentOrder, 'payments'> & {
  readonly payment: Omit<Payment, 'amount'> & { readonly amount: MoneyJson };
};

/** One payment of an order, to be sent by itself. */
export const sealedPayment = (
  { id: batchId, programId, rail }: Batch,
  { payments: _, ...words }: PaymentOrder,
  payment: Payment,
  vault: Vault,
): RailPayment => {
  const payoutId = parseId('pay', payment.endToEndId);
  const kept: Kept = { ...words, payment: { ...payment, amount: payment.amount.toJSON() } };
  const sealed = vault.seal(JSON.stringify(kept), contextOf(payoutId));
  return { payoutId, batchId, programId, rail, state: 'waiting', sealed, asks: 0, nextAt: words.createdAt };
};

export const openedPayment = ({ payoutId, sealed }: RailPayment, vault: Vault): PaymentOrder => {
  const { payment, ...words } = JSON.parse(vault.open(sealed, contextOf(payoutId))) as Kept;
  return { ...words, payments: [{ ...payment, amount: Money.fromJson(payment.amount) }] };
};

/** Names the payment, so that it opens nowhere else. */
const contextOf = (payoutId: PayoutId): string => `settlement.rail_payments:${payoutId}`;
