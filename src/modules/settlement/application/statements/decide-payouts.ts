import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import { inPieces } from '../../../../shared/in-pieces.ts';
import type { EnrolmentState } from '../../../partners/index.ts';
import type { Books } from '../../domain/books/booking.ts';
import {
  allocationsOf,
  decisionsOf,
  payableOf,
  type PayoutDecision,
  type PayoutQuestion,
  payoutsOf,
  type Standing,
} from '../../domain/payouts/payout-decision.ts';
import { policyOf } from '../../domain/payouts/payout-policy.ts';
import type { Batch, Payout } from '../../domain/payouts/payout.ts';
import { negativeSince } from '../../domain/payouts/securities.ts';
import type { Way } from '../../domain/rails/rail-name.ts';
import { movePeriod, type Period } from '../../domain/statements/period.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { type AskedOfPartners, type AskPartners, circumstancesOf } from '../payouts/circumstances.ts';
import { heldBooks } from './close-period.ts';

/** As many partners as are decided about in one transaction, which holds the books. */
const PAGE = 500;
/** As many partners' earnings as are looked at together. */
const CHUNK = 200;

interface Asked extends AskedOfPartners {
  readonly minimum: bigint;
  readonly askedFor: ReadonlySet<Id<'par'>>;
  readonly ways: ReadonlyMap<Id<'par'>, Way>;
}

/**
 * The last step of a close: who is paid what, and why others are not. Some partners at a time, in their order, so that
 * others may book between; each partner is decided about once, as it stands then. Who is cut off goes on behind the last.
 * Nobody decides about the batches of a close before all of it is done.
 */
export class DecidePayouts {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: AskPartners,
    private readonly clock: Clock,
    private readonly page = PAGE,
  ) {}

  /** One page; the last one closes the period. */
  async run({ programId, period }: Period): Promise<void> {
    const { after, standings } = await this.transaction.look(async ({ books, payouts }) => {
      const current = await books.period(programId, period);
      const last = await payouts.lastDecided(programId, period);
      const next = { after: last, limit: this.page };
      return {
        after: last,
        standings: current === undefined ? [] : await payouts.standings(programId, period, current.until, next),
      };
    });
    const asked = await this.ask(programId, standings);
    await this.transaction.run(async (stores) => {
      const books = await heldBooks(stores, programId);
      const current = await stores.books.period(programId, period);
      const isOurs = (await stores.payouts.lastDecided(programId, period)) === after;
      if (current?.state !== 'closing' || !isOurs) return; // somebody else was faster
      const next = { after, limit: this.page };
      const meant = await stores.payouts.standings(programId, period, current.until, next);
      const question = await questionOf(stores, { period: current, books, asked, standings: meant }, this.clock.now());
      await decideAll(stores, question, asked);
      await noteDebts(stores, question, asked.enrolments);
      if (meant.length < this.page) await this.finish(stores, current, books);
    });
  }

  private async finish({ books: store, payouts }: SettlementStores, period: Period, books: Books): Promise<void> {
    const batchId = plainest(await payouts.batchesOf(period.programId, period.period), books)?.id;
    const state = movePeriod(period.state, 'finish');
    await store.savePeriod({ ...period, state, closedAt: this.clock.now(), batchId });
  }

  /** What others know of those who may be paid, or owe. Where their money goes is not kept. */
  private async ask(programId: Id<'prg'>, standings: readonly Standing[]): Promise<Asked> {
    const program = await this.partners.program(programId);
    const partnerIds = standings.filter(mustBeAsked).map(({ partnerId }) => partnerId);
    const known = await this.partners.about(programId, partnerIds, this.clock.now());
    return {
      ...known,
      objections: this.partners.objections(known, program?.currency),
      minimum: BigInt(program?.minimumPayout.minor ?? 0),
      askedFor: new Set(partnerIds),
      ways: new Map(
        [...known.profiles].map(([partnerId, { method, currency }]) => [
          partnerId,
          { rail: method ?? 'bank', currency: currency ?? program?.currency ?? '' },
        ]),
      ),
    };
  }
}

const mustBeAsked = (standing: Standing): boolean => payableOf(standing) > 0n || standing.availableNow < 0n;

/** The batch a period names where there are several: that of plain bank transfers, if there is one. */
const plainest = (batches: readonly Batch[], { currency }: Books): Batch | undefined =>
  batches.find((batch) => batch.rail === 'bank' && batch.currency === currency) ?? batches[0];

interface Page {
  readonly period: Period;
  readonly books: Books;
  readonly asked: Asked;
  readonly standings: readonly Standing[];
}

const questionOf = async (
  { control }: SettlementStores,
  { period, books: { currency, timeZone }, asked, standings }: Page,
  now: PayoutQuestion['now'],
): Promise<PayoutQuestion> => {
  const { programId } = period;
  const partnerIds = standings.filter(mustBeAsked).map(({ partnerId }) => partnerId);
  if (partnerIds.some((partnerId) => !asked.askedFor.has(partnerId))) {
    throw new AppError('unavailable', 'settlement.period_not_ready', 'a balance changed just now; try again shortly', {
      retryAfterSeconds: 1,
    });
  }
  const policies = await control.policies.book(programId, partnerIds);
  const circumstances = await circumstancesOf(control, programId, partnerIds, asked);
  return { period, currency, timeZone, minimum: asked.minimum, policies, standings, circumstances, now };
};

/** Some partners at a time, for their earnings may be many. */
const decideAll = async (stores: SettlementStores, question: PayoutQuestion, asked: Asked): Promise<void> => {
  const { programId, period } = question.period;
  const decisions = decisionsOf(question);
  for (const some of inPieces(decisions, CHUNK)) {
    const answer = payoutsOf(some, { ...question, ways: asked.ways });
    await stores.payouts.add(answer);
    await allocateAll(stores, answer.payouts, question);
  }
  await stores.control.guards.answerRequests(programId, paidIn(decisions), period);
};

/** Most payouts are for all that is open: those are never brought here. Of the others it is decided what they are for. */
const allocateAll = async (
  { payouts: store }: SettlementStores,
  payouts: readonly Payout[],
  { standings, period: { programId, until } }: PayoutQuestion,
): Promise<void> => {
  const gaveUp = new Set(standings.filter(hasGivenUp).map(({ partnerId }) => partnerId));
  const plain = payouts.filter(({ partnerId }) => !gaveUp.has(partnerId));
  const given = await store.giveAllOpen(programId, plain, until);
  const others = payouts.filter(({ id }) => !given.has(id));
  if (others.length === 0) return;
  const partnerIds = others.map(({ partnerId }) => partnerId);
  await store.addAllocations(allocationsOf(others, await store.openItems(programId, partnerIds, until), standings));
};

/** What was forgiven or forfeited is open, and paid by nothing. */
const hasGivenUp = ({ forgiven, forfeited }: Standing): boolean => forgiven !== 0n || forfeited !== 0n;

const paidIn = (decisions: readonly PayoutDecision[]): readonly Id<'par'>[] =>
  decisions.filter(({ payoutId }) => payoutId !== undefined).map(({ partnerId }) => partnerId);

/** Balances below zero become receivables when their day comes; at once where the partner has left. */
const noteDebts = async (
  { control: { securities } }: SettlementStores,
  { period, standings, policies }: PayoutQuestion,
  enrolments: ReadonlyMap<Id<'par'>, EnrolmentState>,
): Promise<void> => {
  const { programId, until } = period;
  const negative = standings.filter(({ availableNow }) => availableNow < 0n).map(({ partnerId }) => partnerId);
  await securities.noteNegative(
    negative.map((partnerId) =>
      negativeSince({ programId, partnerId, policy: policyOf(policies, partnerId, 0n) }, until),
    ),
  );
  const left = negative.filter((partnerId) => enrolments.get(partnerId) === 'terminated');
  await securities.hasten(programId, left, until);
};
