import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Books } from '../../domain/books/booking.ts';
import { decidePayouts, isCandidate, type PayoutQuestion } from '../../domain/payouts/payout-decision.ts';
import type { Batch } from '../../domain/payouts/payout.ts';
import { movePeriod, type Period } from '../../domain/statements/period.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { heldBooks } from './close-period.ts';

type Asked = Pick<PayoutQuestion, 'minimum' | 'enrolments' | 'ways'> & {
  readonly askedFor: ReadonlySet<Id<'par'>>;
};

/** The last step of a close: who is paid what, and why others are not. */
export class DecidePayouts {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {}

  async run({ programId, period }: Period): Promise<void> {
    const asked = await this.ask(programId, period);
    await this.transaction.run(async (stores) => {
      const books = await heldBooks(stores, programId);
      const current = await stores.books.period(programId, period);
      if (current?.state !== 'closing') return; // somebody else was faster
      const question = await questionOf(stores, current, books, asked, this.clock.now());
      const answer = decidePayouts(question);
      await stores.payouts.add(answer);
      const state = movePeriod(current.state, 'finish');
      const batchId = plainest(answer.batches, books)?.id;
      await stores.books.savePeriod({ ...current, state, closedAt: this.clock.now(), batchId });
    });
  }

  /** What partners knows of those who may be paid. Where their money goes is not kept. */
  private async ask(programId: Id<'prg'>, period: Period['period']): Promise<Asked> {
    const program = await this.partners.program(programId);
    const minimum = BigInt(program?.minimumPayout.minor ?? 0);
    const standings = await this.transaction.run(async ({ books, payouts }) => {
      const current = await books.period(programId, period);
      return current === undefined ? [] : payouts.standings(programId, period, current.until);
    });
    const candidates = standings.filter((each) => isCandidate(each, minimum)).map(({ partnerId }) => partnerId);
    const [enrolments, profiles] = await Promise.all([
      this.partners.enrolments(programId, candidates),
      this.partners.payoutProfiles(candidates),
    ]);
    return {
      minimum,
      askedFor: new Set(candidates),
      enrolments: new Map(enrolments.map(({ partnerId, state }) => [partnerId, state])),
      ways: new Map(
        profiles.map(({ partnerId, method, currency }) => [
          partnerId,
          { rail: method ?? 'bank', currency: currency ?? program?.currency ?? '' },
        ]),
      ),
    };
  }
}

/** The batch a period names where there are several: that of plain bank transfers, if there is one. */
const plainest = (batches: readonly Batch[], { currency }: Books): Batch | undefined =>
  batches.find((batch) => batch.rail === 'bank' && batch.currency === currency) ?? batches[0];

const questionOf = async (
  { payouts }: SettlementStores,
  period: Period,
  { currency }: Books,
  { askedFor, ...asked }: Asked,
  now: Instant,
): Promise<PayoutQuestion> => {
  const standings = await payouts.standings(period.programId, period.period, period.until);
  const candidates = standings.filter((each) => isCandidate(each, asked.minimum)).map(({ partnerId }) => partnerId);
  if (candidates.some((partnerId) => !askedFor.has(partnerId))) {
    throw new AppError('unavailable', 'settlement.period_not_ready', 'a balance changed just now; try again shortly', {
      retryAfterSeconds: 1,
    });
  }
  const openItems = await payouts.openItems(period.programId, candidates, period.until);
  return { ...asked, period, currency, standings, openItems, now };
};
