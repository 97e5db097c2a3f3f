import { grouped } from '../../../../shared/grouped.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import { published } from '../../../../shared/outbox.ts';
import type { LedgerPort } from '../../../ledger/index.ts';
import type { Books } from '../../domain/books/booking.ts';
import { availableCode } from '../../domain/books/chart-of-accounts.ts';
import type { Period } from '../../domain/statements/period.ts';
import { numberOf, type PartnerLine, type Statement, statementOf } from '../../domain/statements/statement.ts';
import { StatementClosedV1 } from '../../events.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';
import { heldBooks } from './close-period.ts';

type Balances = ReadonlyMap<string, bigint>;

/** The first step of a close: what each partner had, what happened, and what it has. */
export class WriteStatements {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly ledger: LedgerPort,
  ) {}

  /** Throws `settlement.statement_differs_from_ledger`. */
  async run({ programId, period, from, until }: Period): Promise<void> {
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
}

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
