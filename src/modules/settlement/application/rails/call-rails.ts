import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { type Instant, plusMs } from '../../../../shared/instant.ts';
import type { Vault } from '../../../../shared/vault.ts';
import { movePayout } from '../../domain/payouts/payout-life-cycle.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import { nextAsk, pauseAfter } from '../../domain/rails/asking.ts';
import type { PayoutId } from '../../index.ts';
import type { RailPayment } from '../../ports/rail-payments.ts';
import type { PaymentReport, Rails, Submission } from '../../ports/rails.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { followRail } from './follow-rail.ts';
import { openedPayment } from './sealed-payment.ts';

/** What is done in one run. */
const AT_ONCE = 50;
/** By then a call has been answered, or whoever made it is gone. */
const PATIENCE_MS = 60_000;

/**
 * Sends what waits and asks about what was sent. That it is being sent is on disk before it is, so a payment is sent by
 * one process, once: whoever comes after a crash, or after a time-out, asks by our reference and never sends again.
 */
export class CallRails {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly rails: Rails,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** True when there may be more. One payment that fails holds up no other. */
  async run(): Promise<boolean> {
    const due = await this.transaction.run(({ rails }) => rails.due(this.clock.now(), AT_ONCE));
    const failures: unknown[] = [];
    for (const payment of due) {
      try {
        await (payment.state === 'waiting' ? this.send(payment.payoutId) : this.ask(payment));
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return due.length === AT_ONCE;
  }

  private async send(payoutId: PayoutId): Promise<void> {
    const mine = await this.transaction.run((stores) => this.claimed(stores, payoutId));
    if (mine === undefined) return;
    const submission = await this.submitted(mine);
    await this.transaction.run(async (stores) => {
      const payment = await stores.rails.hold(payoutId);
      if (payment?.state !== 'sending') return; // somebody gave us up for dead, and asks
      if (submission === 'unreachable') await stores.rails.save(this.later(payment));
      else await this.record(stores, { ...payment, state: 'sent' }, wordOf(submission), submission);
    });
  }

  /** From here on it counts as sent, whatever becomes of us; unless payouts are frozen, and it goes on waiting. */
  private async claimed({ rails, control }: SettlementStores, payoutId: PayoutId): Promise<RailPayment | undefined> {
    const payment = await rails.hold(payoutId);
    if (payment?.state !== 'waiting') return undefined;
    if ((await control.guards.freezes(payment.programId)).length > 0) {
      await rails.save({ ...this.later(payment), lastWord: 'payouts_frozen' });
      return undefined;
    }
    const now = this.clock.now();
    const claimed: RailPayment = { ...payment, state: 'sending', sentAt: now, nextAt: plusMs(now, PATIENCE_MS) };
    await rails.save(claimed);
    return claimed;
  }

  private async submitted(payment: RailPayment): Promise<Submission | 'unreachable'> {
    try {
      return await this.rails.of(payment.rail).submit(openedPayment(payment, this.vault));
    } catch (error) {
      if (isUnreachable(error)) return 'unreachable';
      throw error;
    }
  }

  /** Certainly nothing was sent: it goes on waiting. */
  private later(payment: RailPayment): RailPayment {
    const nextAt = plusMs(this.clock.now(), pauseAfter(payment.asks));
    return { ...payment, state: 'waiting', sentAt: undefined, asks: payment.asks + 1, nextAt, lastWord: 'unreachable' };
  }

  private async record(
    stores: SettlementStores,
    payment: RailPayment,
    word: string,
    submission: Submission,
  ): Promise<void> {
    const now = this.clock.now();
    const [payout] = await stores.payouts.ofIds(payment.programId, [payment.payoutId]);
    if (payout === undefined) throw new Error(`there is no payout ${payment.payoutId}`);
    const after =
      submission.verdict === 'unknown'
        ? await lost(stores, payout)
        : await followRail(stores, payout, {
            progress: submission.verdict === 'refused' ? 'rejected' : 'accepted',
            reason: word,
            at: now,
          });
    await stores.rails.save({ ...payment, asks: 0, nextAt: nextAsk(after, 0, now), lastWord: word, heardAt: now });
  }

  private async ask(payment: RailPayment): Promise<void> {
    const report = await this.answered(payment);
    await this.transaction.run(async (stores) => {
      const current = await stores.rails.hold(payment.payoutId);
      if (current === undefined || current.state === 'waiting') return;
      await this.heard(stores, { ...current, state: 'sent' }, report);
    });
  }

  private async answered(payment: RailPayment): Promise<PaymentReport | 'unreachable' | 'not_known'> {
    try {
      return (await this.rails.of(payment.rail).ask(payment.payoutId)) ?? 'not_known';
    } catch (error) {
      if (isUnreachable(error)) return 'unreachable';
      throw error;
    }
  }

  private async heard(
    stores: SettlementStores,
    payment: RailPayment,
    report: PaymentReport | 'unreachable' | 'not_known',
  ): Promise<void> {
    const now = this.clock.now();
    const [payout] = await stores.payouts.ofIds(payment.programId, [payment.payoutId]);
    if (payout === undefined) throw new Error(`there is no payout ${payment.payoutId}`);
    const after =
      typeof report === 'string'
        ? await lost(stores, payout)
        : await followRail(stores, payout, { ...report, at: pastOf(report.at, now) });
    const asks = after.state === payout.state ? payment.asks + 1 : 0;
    const lastWord = typeof report === 'string' ? report : report.word;
    await stores.rails.save({ ...payment, asks, nextAt: nextAsk(after, asks, now), lastWord, heardAt: now });
  }
}

/** A rail whose clock is ahead of ours tells of nothing that is still to come. */
const pastOf = (at: Instant | undefined, now: Instant): Instant => (at !== undefined && at < now ? at : now);

/** Nobody knows what became of it. What the rail has told of already stays so. */
const lost = async ({ payouts }: SettlementStores, payout: Payout): Promise<Payout> => {
  if (payout.state !== 'submitted') return payout;
  const unknown: Payout = { ...payout, state: movePayout(payout.state, 'lose') };
  await payouts.save([unknown]);
  return unknown;
};

const wordOf = (submission: Submission): string => {
  switch (submission.verdict) {
    case 'accepted':
      return 'accepted';
    case 'refused':
      return submission.refusals[0]?.reason ?? 'refused';
    case 'unknown':
      return submission.why;
  }
};

const isUnreachable = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'settlement.rail_unreachable';
