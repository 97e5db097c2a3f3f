import type { Clock } from '../../../../shared/clock.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Books } from '../../domain/books/booking.ts';
import { effectOnAvailable } from '../../domain/books/chart-of-accounts.ts';
import { policyOf } from '../../domain/payouts/payout-policy.ts';
import {
  type Balance,
  NO_SECURITIES,
  raised,
  released,
  secured,
  type Secured,
} from '../../domain/payouts/securities.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { book } from '../books/book-commissions.ts';
import { heldBooks } from '../statements/close-period.ts';

/** As many as one transaction looks after. */
const BATCH = 500;

/**
 * Does what time makes due: gives back slices of reserves on their day, and makes receivables of balances that have been
 * below zero for too long. Alone with the books of a program while it does, so that nothing is counted twice.
 */
export class TendBalances {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /** Some of it; true when there may be more. */
  async run(): Promise<boolean> {
    const now = this.clock.now();
    const programIds = await this.programsDue(now, BATCH);
    for (const programId of programIds) {
      await this.transaction.run(async (stores) => {
        const books = await heldBooks(stores, programId);
        await release(stores, books, now);
        await raise(stores, books, now);
      });
    }
    return programIds.size > 0;
  }

  async isDue(): Promise<boolean> {
    return (await this.programsDue(this.clock.now(), 1)).size > 0;
  }

  private programsDue(now: Instant, limit: number): Promise<ReadonlySet<Id<'prg'>>> {
    return this.transaction.run(async ({ control: { securities } }) => {
      const due = [...(await securities.slicesDue(now, limit)), ...(await securities.negativesDue(now, limit))];
      return new Set(due.map(({ programId }) => programId));
    });
  }
}

const release = async (stores: SettlementStores, { programId, currency }: Books, now: Instant): Promise<void> => {
  const { securities } = stores.control;
  const due = (await securities.slicesDue(now, BATCH)).filter((slice) => slice.programId === programId);
  const all = due.map((slice) => released(slice, slice.left, slice.releaseAt ?? now, currency));
  await securities.saveSlices(all.flatMap(({ slices }) => slices));
  await book(
    stores,
    all.flatMap(({ facts }) => facts),
  );
};

/** What the reserve can make up for is no debt; nor is what was earned back and nobody has noticed. */
const raise = async (stores: SettlementStores, { programId, currency }: Books, now: Instant): Promise<void> => {
  const { securities, policies } = stores.control;
  const due = (await securities.negativesDue(now, BATCH)).filter((each) => each.programId === programId);
  const partnerIds = due.map(({ partnerId }) => partnerId);
  const said = await policies.book(programId, partnerIds);
  const open = await securities.open(programId, partnerIds);
  const available = await securities.available(programId, partnerIds);
  const counts = await securities.countReceivables(programId, partnerIds);
  const all = partnerIds.map((partnerId) => {
    const found = { available: available.get(partnerId) ?? 0n, securities: open.get(partnerId) ?? NO_SECURITIES };
    const balance = { programId, partnerId, currency, policy: policyOf(said, partnerId, 0n), ...found };
    return ended(balance, (counts.get(partnerId) ?? 0) + 1, now);
  });
  await securities.saveSlices(all.flatMap(({ slices }) => slices));
  await securities.saveReceivables(all.flatMap(({ receivables }) => receivables));
  await securities.clearNegative(programId, partnerIds);
  await book(
    stores,
    all.flatMap(({ facts }) => facts),
  );
};

const ended = (balance: Balance, nth: number, now: Instant): Omit<Secured, 'negative'> => {
  const { facts, slices, receivables } = secured(balance, [], now);
  const available = facts.reduce((sum, fact) => sum + effectOnAvailable(fact), balance.available);
  if (available >= 0n) return { facts, slices, receivables };
  const { receivable, fact } = raised({ ...balance, available }, nth, now);
  return { facts: [...facts, fact], slices, receivables: [...receivables, receivable] };
};
