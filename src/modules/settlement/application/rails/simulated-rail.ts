import type { Clock } from '../../../../shared/clock.ts';
import { progressOf } from '../../domain/rails/dialects.ts';
import {
  drawn,
  received,
  type SimulatedItem,
  type SimulatedProvider,
  wordOf,
} from '../../domain/rails/simulated-rail.ts';
import type { PayoutId } from '../../index.ts';
import type { Objection } from '../../domain/rails/objections.ts';
import type { Payment, PaymentOrder } from '../../ports/payment-files.ts';
import { type Capabilities, type PaymentReport, Rail, type Refusal, type Submission } from '../../ports/rails.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';

/** Plays a provider of wallets, by the clock of the sandbox. */
export class SimulatedRail extends Rail {
  readonly name = 'wallet';
  readonly can: Capabilities = { mostPerPayment: 10n ** 12n, mostPayments: 100_000, byHand: false };

  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly provider: SimulatedProvider,
    private readonly clock: Clock,
  ) {
    super();
  }

  override objection({ wallet }: Payment['creditor']): Objection | undefined {
    return wallet === undefined ? 'no_wallet' : undefined;
  }

  refusals({ payments }: PaymentOrder): readonly Refusal[] {
    return payments.flatMap(({ endToEndId: reference, creditor }) => {
      const reason = this.objection(creditor);
      return reason === undefined ? [] : [{ reference, reason }];
    });
  }

  async submit(order: PaymentOrder): Promise<Submission> {
    const [payment] = order.payments;
    if (payment === undefined) throw new Error('an order without payments');
    const reference = payment.endToEndId;
    const answer = await this.receive(reference);
    switch (answer) {
      case 'accepted':
        return { verdict: 'accepted' };
      case 'refused':
        return { verdict: 'refused', refusals: [{ reference, reason: 'RECEIVER_ACCOUNT_LOCKED' }] };
      case 'silence':
        return { verdict: 'unknown', why: 'TimeoutError' };
      case 'busy':
        // The same key once more, as an idempotent provider allows.
        return this.submit(order);
    }
  }

  async ask(reference: string): Promise<PaymentReport | undefined> {
    const item = await this.transaction.run(({ simulated }) => simulated.item(reference));
    const said = item && wordOf(this.provider, item, this.clock.now());
    if (said === undefined) return undefined;
    return { reference, progress: progressOf(this.provider.dialect, said.word), ...said };
  }

  /** Says what is to become of a payment, also of one that is on its way already. */
  script(payoutId: PayoutId, wanted: Partial<Pick<SimulatedItem, 'call' | 'fate'>>): Promise<SimulatedItem> {
    return this.transaction.run(async ({ simulated }) => {
      const item = { ...((await simulated.item(payoutId)) ?? drawn(this.provider, payoutId)), ...wanted };
      await simulated.saveItem(item);
      return item;
    });
  }

  private receive(reference: string) {
    return this.transaction.run(async ({ simulated }) => {
      const known = (await simulated.item(reference)) ?? drawn(this.provider, reference);
      const { item, answer } = received(known, this.clock.now());
      await simulated.saveItem(item);
      return answer;
    });
  }
}
