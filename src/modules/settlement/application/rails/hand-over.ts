import { AppError } from '../../../../shared/errors.ts';
import type { Vault } from '../../../../shared/vault.ts';
import type { Batch } from '../../domain/payouts/payout.ts';
import type { PaymentOrder } from '../../ports/payment-files.ts';
import type { Capabilities, Rails, Refusal } from '../../ports/rails.ts';
import type { SettlementStores } from '../../ports/settlement-stores.ts';
import { sealedFile } from './payment-file.ts';
import { sealedPayment } from './sealed-payment.ts';

/**
 * Hands the payments of a batch to its rail: as a file, written here and now; or, where a rail is called, each payment by
 * itself once all of this is on disk, for a call cannot be taken back when a transaction fails.
 */
export class HandOver {
  constructor(
    private readonly rails: Rails,
    private readonly vault: Vault,
  ) {}

  /** What its rail would not take of the order. Throws `settlement.no_rail`. */
  refusals(batch: Batch, order: PaymentOrder): readonly Refusal[] {
    const carrier = this.rails.of(batch.rail);
    const refused = [...changesOf(batch, order), ...limitsOf(carrier.can, order), ...carrier.refusals(order)];
    return refused.toReversed(); // of several reasons the first is said
  }

  async run({ payouts, rails }: SettlementStores, batch: Batch, order: PaymentOrder): Promise<void> {
    const { id, rail } = batch;
    const carrier = this.rails.of(rail);
    if (!carrier.can.byHand) {
      await rails.add(order.payments.map((payment) => sealedPayment(batch, order, payment, this.vault)));
      return;
    }
    const submission = await carrier.submit(order);
    if (submission.verdict !== 'accepted' || submission.file === undefined) {
      throw new AppError('refused', 'settlement.rail_refused', `the rail ${rail} wrote no file; cancel the batch`);
    }
    await payouts.addFile(id, sealedFile(id, submission.file.text, order.createdAt, this.vault));
  }
}

/** What the partner wanted when the batch was made, and wants no more; and what nobody can exchange. */
const changesOf = ({ rail, currency }: Batch, order: PaymentOrder): Refusal[] =>
  order.payments.flatMap(({ endToEndId: reference, amount, creditor: { method = 'bank' } }) => {
    if (method !== rail) return [{ reference, reason: 'method_changed' }];
    return amount.currency === currency ? [] : [{ reference, reason: 'no_exchange_rate' }];
  });

const limitsOf = ({ currencies, mostPerPayment, mostPayments }: Capabilities, order: PaymentOrder): Refusal[] =>
  order.payments.flatMap(({ endToEndId: reference, amount }, index) => {
    if (currencies !== undefined && !currencies.includes(amount.currency)) {
      return [{ reference, reason: 'currency_not_carried' }];
    }
    return amount.minor > mostPerPayment || index >= mostPayments ? [{ reference, reason: 'above_limit' }] : [];
  });
