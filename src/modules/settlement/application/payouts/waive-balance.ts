import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import { type Instant, plusDays } from '../../../../shared/instant.ts';
import type { Money } from '../../../../shared/money.ts';
import type { EnrolmentFacts, PartnersPort } from '../../../partners/index.ts';
import type { MoneyFact } from '../../domain/books/booking.ts';
import { type PayoutPolicy, policyOf } from '../../domain/payouts/payout-policy.ts';
import { NO_SECURITIES, writtenOff } from '../../domain/payouts/securities.ts';
import { mustBeOldEnough, type Waiver, type WaiverId } from '../../domain/payouts/waiver.ts';
import { decided, type ProposalAction } from '../../domain/proposals/proposal.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { book } from '../books/book-commissions.ts';
import { knownProgram } from '../books/open-books.ts';
import { heldBooks } from '../statements/close-period.ts';

export interface WaiverWish extends Pick<Waiver, 'kind' | 'programId' | 'partnerId' | 'amount' | 'reason'> {
  readonly by: string;
}

/** One person asks that a debt be given up, or what a partner that has left had earned. Nothing is booked yet. */
export class AskWaiver {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `settlement.unknown_program`, `settlement.unknown_partner`, `money.currency_mismatch`,
   * `settlement.nothing_to_write_off`, `settlement.not_forfeited`.
   */
  async run({ by, ...wish }: WaiverWish): Promise<Waiver> {
    const { programId, partnerId, amount } = wish;
    const { currency } = await knownProgram(this.partners, programId);
    if (amount.currency !== currency)
      throw new AppError('invalid', 'money.currency_mismatch', `the books of ${programId} are in ${currency}`);
    const [enrolment] = await this.partners.enrolments(programId, [partnerId]);
    if (enrolment === undefined) throw unknownPartner(wish);
    const now = this.clock.now();
    return this.transaction.run(async (stores) => {
      const waiver: Waiver = { ...wish, id: this.ids.next('wvr'), state: 'asked', askedBy: by, askedAt: now };
      await mustBePossible(stores, waiver, enrolment, now);
      await stores.control.securities.addWaiver(waiver);
      return waiver;
    });
  }
}

const unknownPartner = ({ programId, partnerId }: Pick<Waiver, 'programId' | 'partnerId'>): AppError =>
  new AppError('not_found', 'settlement.unknown_partner', `${partnerId} has never been a partner of ${programId}`);

/** Another person decides; what is approved is booked. */
export class DecideWaiver {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `settlement.waiver_not_found`, `settlement.four_eyes`, `settlement.illegal_move`,
   * `settlement.nothing_to_write_off`, `settlement.not_forfeited`.
   */
  async run(id: WaiverId, action: ProposalAction, by: string): Promise<Waiver> {
    const { programId, partnerId } = await this.transaction.look(({ control }) => control.securities.waiver(id));
    const [enrolment] = await this.partners.enrolments(programId, [partnerId]);
    const now = this.clock.now();
    return this.transaction.run(async (stores) => {
      await heldBooks(stores, programId);
      const waiver = decided(await stores.control.securities.waiver(id), action, by, now);
      if (action === 'approve') {
        await mustBePossible(stores, waiver, enrolment, now);
        await (waiver.kind === 'write_off' ? writeOff(stores, waiver, now) : forfeit(stores, waiver, now));
      }
      await stores.control.securities.saveWaiver(waiver);
      return waiver;
    });
  }
}

const mustBePossible = async (
  { control }: SettlementStores,
  { kind, programId, partnerId, amount }: Waiver,
  enrolment: EnrolmentFacts | undefined,
  now: Instant,
): Promise<void> => {
  const policy = policyOf(await control.policies.book(programId, [partnerId]), partnerId, 0n);
  if (kind === 'write_off') {
    const open = (await control.securities.open(programId, [partnerId])).get(partnerId) ?? NO_SECURITIES;
    mustBeOldEnough(open.receivables, amount, policy.writeOffAfterDays, now);
    return;
  }
  mustHaveLeft(enrolment, policy, now);
  const available = (await control.securities.available(programId, [partnerId])).get(partnerId) ?? 0n;
  if (amount.minor > available) throw notForfeited(`${available} minor units are there to be kept`);
};

const notForfeited = (detail: string): AppError => new AppError('refused', 'settlement.not_forfeited', detail);

const mustHaveLeft = (
  enrolment: EnrolmentFacts | undefined,
  { forfeitAfterDays }: PayoutPolicy,
  now: Instant,
): void => {
  if (forfeitAfterDays === undefined)
    throw notForfeited('the policy says nothing of forfeiture; what was earned stays the partner’s');
  const { endedAt } = enrolment ?? {};
  if (endedAt === undefined) throw notForfeited('the enrolment is not terminated');
  const from = plusDays(endedAt, forfeitAfterDays);
  if (now < from) throw notForfeited(`by the policy, nothing may be kept before ${from}`);
};

const writeOff = async (stores: SettlementStores, waiver: Waiver, now: Instant): Promise<void> => {
  const { programId, partnerId, amount } = waiver;
  const open = (await stores.control.securities.open(programId, [partnerId])).get(partnerId) ?? NO_SECURITIES;
  const { facts, receivables } = writtenOff(open.receivables, amount, now);
  await stores.control.securities.saveReceivables(receivables);
  await book(stores, facts);
};

const forfeit = (stores: SettlementStores, { id, programId, partnerId, amount }: Waiver, now: Instant): Promise<void> =>
  book(stores, [forfeitFact(programId, partnerId, amount, id, now)]);

const forfeitFact = (
  programId: Id<'prg'>,
  partnerId: Id<'par'>,
  amount: Money,
  subject: WaiverId,
  occurredAt: Instant,
): MoneyFact => ({ programId, partnerId, purpose: 'forfeit', amount, subject, occurredAt });
