import { dayOf } from '../../../../shared/calendar.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Announcement, published } from '../../../../shared/outbox.ts';
import { leavingOf, payoutFacts, priced } from '../../domain/payouts/leaving.ts';
import { moveBatch, movePayout } from '../../domain/payouts/payout-life-cycle.ts';
import type { Batch, Payout } from '../../domain/payouts/payout.ts';
import { uetrOf } from '../../domain/rails/uetr.ts';
import { PayoutSubmittedV1 } from '../../events.ts';
import type { BatchId } from '../../index.ts';
import type { Payment, PaymentOrder } from '../../ports/payment-files.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import type { PayingAccounts } from '../rails/bank-accounts.ts';
import { book } from '../books/book-commissions.ts';
import type { AskPayees, Payees } from './payees.ts';
import { aboutPayout } from './about-payout.ts';
import { sentOrHeld } from './sendable.ts';
import type { HandOver } from '../rails/hand-over.ts';

/** Hands an approved batch to its rail and books what is on its way. Said again, it says what was said. */
export class SubmitBatch {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly askPayees: AskPayees,
    private readonly handOver: HandOver,
    private readonly payingAccounts: PayingAccounts,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `settlement.batch_not_found`, `settlement.illegal_move`, `settlement.no_bank_account`,
   * `settlement.nobody_to_pay`, `settlement.payouts_frozen`, `settlement.no_rail`, `settlement.no_exchange_rate`.
   */
  async run(batchId: BatchId): Promise<Batch> {
    const now = this.clock.now();
    const payees = await this.askPayees.of(batchId, now);
    const submitted = await this.transaction.run(async (stores) => {
      const found = await stores.payouts.batch(batchId);
      if (found.state === 'submitted') return found;
      const batch: Batch = { ...found, state: moveBatch(found.state, 'submit'), submittedAt: now };
      const sent = await this.send(stores, batch, payees, now);
      if (sent instanceof AppError) return sent;
      await stores.payouts.saveBatch(batch);
      await book(
        stores,
        sent.flatMap((payout) => payoutFacts(payout, 'submit', now)),
      );
      stores.outbox.publish(...sent.map((payout) => told(payout, now)));
      return batch;
    });
    if (submitted instanceof AppError) throw submitted;
    return submitted;
  }

  /**
   * Those who can be paid are handed to the rail; the others' payouts are cancelled, and their balances wait. Where nobody
   * can be, nothing is sent and nothing cancelled, and the reasons are kept.
   */
  private async send(
    stores: SettlementStores,
    batch: Batch,
    payees: Payees,
    now: Instant,
  ): Promise<readonly Payout[] | AppError> {
    const before = await stores.payouts.ofBatch(batch.id);
    const held = await sentOrHeld(stores, before, payees, now);
    const looked = held.map((payout, index) => atItsPrice(payout, before[index], payees, now));
    const order = await this.orderOf(stores, batch, looked, payees);
    const refused = new Map(this.handOver.refusals(batch, order).map(({ reference, reason }) => [reference, reason]));
    const after = looked.map((payout, index) => {
      const [reason, unsent] = [refused.get(payout.id), before[index]];
      return reason === undefined || unsent === undefined ? payout : notCarried(unsent, reason, now);
    });
    const sent = after.filter(({ state }) => state === 'submitted');
    if (sent.length === 0) {
      await stores.payouts.save(before.map((payout, index) => heldBack(payout, after[index]?.reason, now)));
      return nobodyToPay(after);
    }
    const payments = order.payments.filter(({ endToEndId }) => !refused.has(endToEndId));
    await this.handOver.run(stores, batch, { ...order, payments });
    await stores.payouts.save(after);
    return sent;
  }

  private async orderOf(
    stores: SettlementStores,
    { id, submittedAt: now = this.clock.now() }: Batch,
    looked: readonly Payout[],
    payees: Payees,
  ): Promise<PaymentOrder> {
    const payouts = looked.filter(({ state }) => state === 'submitted');
    const [books] = await stores.books.share([payees.program.programId]);
    return {
      messageId: id,
      createdAt: now,
      executeOn: dayOf(now, books?.timeZone ?? 'UTC'),
      debtor: await this.payingAccounts.of(payees.program, stores, payees.quote?.rate.to),
      payments: payouts.map((payout) => paymentOf(payout, payees)),
    };
  }
}

/** What is too little to be sent in another currency, or all withheld, is not sent. */
const atItsPrice = (payout: Payout, before: Payout | undefined, payees: Payees, now: Instant): Payout => {
  if (payout.state !== 'submitted' || before === undefined) return payout;
  const clearance = payees.clearances.get(payout.partnerId);
  const withhold = clearance?.clear === true ? clearance.withholding : undefined;
  const sent = priced(payout, { withhold, quote: payees.quote }, now);
  return leavingOf(sent).minor > 0n ? sent : notCarried(before, 'nothing_left', now);
};

const notCarried = (payout: Payout, reason: string, endedAt: Instant): Payout => ({
  ...payout,
  state: movePayout(payout.state, 'cancel'),
  reason,
  endedAt,
});

/** It stays as it was; that it could not be sent, and why, is kept with it. */
const heldBack = (payout: Payout, because: string | undefined, at: Instant): Payout =>
  payout.state === 'cancelled' || because === undefined ? payout : { ...payout, heldBack: { at, because } };

const paymentOf = (payout: Payout, { profiles }: Payees): Payment => {
  const { id, partnerId, period } = payout;
  const profile = profiles.get(partnerId);
  if (profile === undefined) throw new Error(`${partnerId} has no payout profile`);
  const [amount, remittance] = [leavingOf(payout), `Commission ${period}`];
  return { endToEndId: id, uetr: uetrOf(id), amount, creditor: profile, remittance };
};

const told = (payout: Payout, submittedAt: Instant): Announcement =>
  published(
    PayoutSubmittedV1,
    { aggregate: payout.id, occurredAt: submittedAt },
    { ...aboutPayout(payout), submittedAt },
  );

const SHOWN = 20;

/** With each payout's reason: cancelling the batch does not say it. */
const nobodyToPay = (payouts: readonly Payout[]): AppError => {
  const why = payouts.slice(0, SHOWN).map(({ id, reason }) => `${id}: ${reason ?? 'taken out'}`);
  const detail = `no payout of the batch can be sent (${why.join('; ')}); mend that, or cancel the batch`;
  return new AppError('refused', 'settlement.nobody_to_pay', detail);
};
