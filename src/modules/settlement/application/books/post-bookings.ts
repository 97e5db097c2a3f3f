import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { LedgerPort, PostVerdict, TransactionId } from '../../../ledger/index.ts';
import type { Booking } from '../../domain/books/booking.ts';
import { accountsOf, transactionOf } from '../../domain/books/chart-of-accounts.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';

/** What the ledger takes at once. */
const BATCH = 1_000;

/**
 * Brings bookings into the ledger. Ids are permanent, so a booking that was posted by somebody who died before it was
 * marked is posted again and found to exist.
 */
export class PostBookings {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly ledger: LedgerPort,
    private readonly clock: Clock,
  ) {}

  /** A batch of what waits, oldest first; true when there may be more. */
  async run(): Promise<boolean> {
    const waiting = await this.transaction.run(({ bookings }) => bookings.unposted(BATCH));
    await this.post(waiting);
    return waiting.length === BATCH;
  }

  /** Those, if they are not posted yet; also such as were refused before. Throws `settlement.posting_refused`. */
  async these(ids: readonly TransactionId[]): Promise<void> {
    for (let start = 0; start < ids.length; start += BATCH) {
      const some = ids.slice(start, start + BATCH);
      const refused = await this.post(await this.transaction.run(({ bookings }) => bookings.unposted(BATCH, some)));
      const [first] = refused;
      if (first === undefined) continue;
      throw new AppError(
        'refused',
        'settlement.posting_refused',
        `the ledger refused ${refused.length} bookings; the first, ${first.id}, with ${first.code}: ${first.detail}`,
      );
    }
  }

  private async post(waiting: readonly Booking[]): Promise<readonly Refused[]> {
    if (waiting.length === 0) return [];
    // Nothing moves for a commission of nothing: it is booked, and the ledger need not know. What a foreign bank moves may
    // be worth nothing yet.
    const moving = waiting.filter(({ amount, counter = amount }) => !amount.isZero || !counter.isZero);
    const verdicts = moving.length === 0 ? [] : await this.postMoving(moving);
    const refused = verdicts.filter((verdict): verdict is Refused => verdict.verdict === 'refused');
    const bad = new Set(refused.map(({ id }) => id));
    await this.transaction.run(async ({ bookings }) => {
      const posted = waiting.filter(({ id }) => !bad.has(id)).map(({ id }) => id);
      await bookings.markPosted(posted, this.clock.now());
      if (refused.length > 0) {
        await bookings.markRefused(refused.map(({ id, code, detail }) => ({ id, why: `${code}: ${detail}` })));
      }
    });
    return refused;
  }

  private async postMoving(moving: readonly Booking[]): Promise<readonly PostVerdict[]> {
    await this.ledger.openAccounts(accountsOf(moving));
    return this.ledger.post(moving.map(transactionOf));
  }
}

type Refused = Extract<PostVerdict, { readonly verdict: 'refused' }>;
