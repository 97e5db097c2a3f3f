import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { grouped } from '../../../../shared/grouped.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import { published } from '../../../../shared/outbox.ts';
import type { LedgerPort } from '../../../ledger/index.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Books } from '../../domain/books/booking.ts';
import { availableCode } from '../../domain/books/chart-of-accounts.ts';
import { decidePayouts, isCandidate, type PayoutQuestion } from '../../domain/payouts/payout-decision.ts';
import { movePeriod, type Period } from '../../domain/statements/period.ts';
import { numberOf, type PartnerLine, type Statement, statementOf } from '../../domain/statements/statement.ts';
import { StatementClosedV1 } from '../../events.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { heldBooks } from './close-period.ts';

type Balances = ReadonlyMap<string, bigint>;
type Asked = Pick<PayoutQuestion, 'minimum' | 'enrolments' | 'withProfile'> & {
  readonly askedFor: ReadonlySet<Id<'par'>>;
};

/**
 * Finishes what `ClosePeriod` began: statements, then payouts. What it writes follows from what is booked, and ids
 * from program, period and partner; so it does not matter where somebody was cut off, or how often it is tried.
 */
export class FinishClosing {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly ledger: LedgerPort,
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {}

  /**
   * A step of every program's close that is under way; true when there may be more to do. A program that is stuck stops
   * no other, but its own later periods wait: their statements begin where those of the earlier one end.
   */
  async run(): Promise<boolean> {
    const periods = earliestOfEachProgram(await this.transaction.run(({ books }) => books.closing()));
    const failures: unknown[] = [];
    for (const period of periods) {
      try {
        await (period.statements === undefined ? this.writeStatements(period) : this.decide(period));
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return periods.length > 0;
  }

  // ── statements ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** Throws `settlement.statement_differs_from_ledger`. */
  private async writeStatements({ programId, period, from, until }: Period): Promise<void> {
    const partnerIds = await this.transaction.run(({ bookings }) => bookings.partners(programId, period));
    const openings = await this.balances(programId, partnerIds, from);
    const closings = await this.balances(programId, partnerIds, until);
    await this.transaction.run(async (stores) => {
      const books = await heldBooks(stores, programId);
      const current = await stores.books.period(programId, period);
      if (current?.state !== 'closing' || current.statements !== undefined) return; // somebody else was faster
      const lines = grouped(await stores.bookings.lines(programId, period), ({ partnerId }) => partnerId);
      const statements = statementsOf(current, books, partnerIds, { openings, closings, lines });
      await stores.statements.add(statements);
      await stores.books.save({ ...books, lastNumber: books.lastNumber + statements.length });
      await stores.books.savePeriod({ ...current, statements: statements.length });
      stores.outbox.publish(...statements.map((statement) => told(statement, lines.get(statement.partnerId) ?? [])));
    });
  }

  private async balances(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[], before: Instant): Promise<Balances> {
    if (partnerIds.length === 0) return new Map();
    const codes = partnerIds.map((partnerId) => availableCode({ programId, partnerId }));
    return new Map((await this.ledger.balances(codes, before)).map(({ account, minor }) => [account, BigInt(minor)]));
  }

  // ── payouts ─────────────────────────────────────────────────────────────────────────────────────────────────────

  private async decide({ programId, period }: Period): Promise<void> {
    const asked = await this.ask(programId, period);
    await this.transaction.run(async (stores) => {
      const books = await heldBooks(stores, programId);
      const current = await stores.books.period(programId, period);
      if (current?.state !== 'closing') return; // somebody else was faster
      const question = await questionOf(stores, current, books, asked, this.clock.now());
      const answer = decidePayouts(question);
      await stores.payouts.add(answer);
      const state = movePeriod(current.state, 'finish');
      const batchId = answer.batch?.id;
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
      withProfile: new Set(profiles.map(({ partnerId }) => partnerId)),
    };
  }
}

/** Expects them earliest first. */
const earliestOfEachProgram = (periods: readonly Period[]): readonly Period[] => [
  ...new Map(periods.toReversed().map((period) => [period.programId, period])).values(),
];

const statementsOf = (
  { programId, period, beganAt }: Period,
  { currency, lastNumber }: Books,
  partnerIds: readonly Id<'par'>[],
  found: { openings: Balances; closings: Balances; lines: ReadonlyMap<Id<'par'>, readonly PartnerLine[]> },
): Statement[] => {
  const parts = partnerIds.map((partnerId) => {
    const code = availableCode({ programId, partnerId });
    const opening = Money.of(found.openings.get(code) ?? 0n, currency);
    const closing = Money.of(found.closings.get(code) ?? 0n, currency);
    return { programId, partnerId, period, opening, closing, lines: found.lines.get(partnerId) ?? [] };
  });
  return parts
    .filter(({ opening, closing, lines }) => lines.length > 0 || !opening.isZero || !closing.isZero)
    .map((each, index) => statementOf({ ...each, number: lastNumber + index + 1, closedAt: beganAt }));
};

const told = (statement: Statement, lines: readonly PartnerLine[]) => {
  const { id, programId, partnerId, period, opening, closing, closedAt } = statement;
  return published(
    StatementClosedV1,
    { aggregate: id, occurredAt: closedAt },
    {
      statementId: id,
      number: numberOf(statement),
      programId,
      partnerId,
      period,
      opening: opening.toJSON(),
      closing: closing.toJSON(),
      commissionIds: lines.flatMap(({ purpose, commissionId }) =>
        purpose === 'lock' && commissionId !== undefined ? [commissionId] : [],
      ),
      closedAt,
    },
  );
};

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
