import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { LedgerPort, SealedHead } from '../../../ledger/index.ts';
import { availableCode } from '../../domain/books/chart-of-accounts.ts';
import type { Period } from '../../domain/statements/period.ts';
import { type Statement, StatementDraft } from '../../domain/statements/statement.ts';
import type { MovedPartner, SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { announced } from './announce-statement.ts';
import { heldBooks } from './close-period.ts';

/** How much of a close is written at a time. One partner is always written as a whole. */
export interface ChunkSize {
  readonly partners: number;
  readonly lines: number;
}

const CHUNK: ChunkSize = { partners: 250, lines: 20_000 };

/** The next partners of a close, and how far it had come before them. */
interface Chunk {
  readonly partnerIds: readonly Id<'par'>[];
  readonly isLast: boolean;
  readonly written: number;
  readonly lastNumber: number;
  readonly currency: string;
  /** What all statements of the close carry: how far the ledger was sealed when the first were written. */
  readonly sealed?: SealedHead | undefined;
}

interface Balances {
  readonly openings: ReadonlyMap<string, bigint>;
  readonly closings: ReadonlyMap<string, bigint>;
}

/** A statement, and what locked in it. */
interface Written {
  readonly statement: Statement;
  readonly locked: readonly Id<'com'>[];
}

/**
 * The first step of a close: what each partner had, what happened, and what it has. Some partners at a time, in the
 * order of their ids, each time in one transaction; what is written says where to go on. Nothing is booked into the
 * period any more, so the books are held only while the statements are put down.
 */
export class WriteStatements {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly ledger: LedgerPort,
    private readonly size: ChunkSize = CHUNK,
  ) {}

  /** Writes those of the next partners. Throws `settlement.statement_differs_from_ledger`. */
  async run(period: Period): Promise<void> {
    const { programId } = period;
    const chunk = await this.next(period);
    const { sealed } = chunk;
    const balances = await this.balances(period, chunk.partnerIds);
    await this.transaction.run(async (stores) => {
      const written = await draw(stores, period, chunk, balances);
      const books = await heldBooks(stores, programId);
      const current = await stores.books.period(programId, period.period);
      if (current?.statements !== undefined || books.lastNumber !== chunk.lastNumber) return; // somebody else was faster
      await stores.statements.add(written.map(({ statement }) => statement));
      await stores.books.save({ ...books, lastNumber: books.lastNumber + written.length });
      const statements = chunk.isLast ? chunk.written + written.length : undefined;
      if (current !== undefined) await stores.books.savePeriod({ ...current, statements, sealed });
      stores.outbox.publish(...written.flatMap(({ statement, locked }) => announced(statement, locked)));
    });
  }

  private async next({ programId, period, sealed }: Period): Promise<Chunk> {
    const head = await this.ledger.sealedHead();
    return this.transaction.run(async ({ books, bookings, statements }) => {
      const [own] = await books.share([programId]);
      if (own === undefined) throw new Error(`the books of ${programId} are not open`);
      const { count, last } = await statements.written(programId, period);
      const { partners: limit } = this.size;
      const moved = await bookings.partners(programId, period, { after: last, limit });
      const partnerIds = fitting(moved, this.size.lines);
      const isLast = moved.length < limit && partnerIds.length === moved.length;
      const { lastNumber, currency } = own;
      return { partnerIds, isLast, written: count, lastNumber, currency, sealed: count === 0 ? head : sealed };
    });
  }

  private async balances({ programId, from, until }: Period, partnerIds: readonly Id<'par'>[]): Promise<Balances> {
    const codes = partnerIds.map((partnerId) => availableCode({ programId, partnerId }));
    const before = async (moment: Instant): Promise<ReadonlyMap<string, bigint>> => {
      const balances = codes.length === 0 ? [] : await this.ledger.balances(codes, moment);
      return new Map(balances.map(({ account, minor }) => [account, BigInt(minor)]));
    };
    return { openings: await before(from), closings: await before(until) };
  }
}

/** As many as have so many lines, and one at least. */
const fitting = (partners: readonly MovedPartner[], most: number): readonly Id<'par'>[] => {
  let lines = 0;
  const fits = partners.filter((partner, index) => (lines += partner.lines) <= most || index === 0);
  return fits.map(({ partnerId }) => partnerId);
};

const draw = async (
  { bookings }: SettlementStores,
  { programId, period, beganAt }: Period,
  { partnerIds, currency, lastNumber, sealed }: Chunk,
  { openings, closings }: Balances,
): Promise<readonly Written[]> => {
  const drafts = new Map(
    partnerIds.map((partnerId, index) => {
      const code = availableCode({ programId, partnerId });
      const opening = Money.of(openings.get(code) ?? 0n, currency);
      const closing = Money.of(closings.get(code) ?? 0n, currency);
      const head = { programId, partnerId, period, opening, closing, number: lastNumber + index + 1 };
      return [
        partnerId,
        { draft: new StatementDraft({ ...head, closedAt: beganAt, sealed }), locked: [] as Id<'com'>[] },
      ];
    }),
  );
  if (partnerIds.length === 0) return [];
  for await (const page of bookings.lines(programId, period, { from: partnerIds[0], through: partnerIds.at(-1) })) {
    for (const line of page) {
      const own = drafts.get(line.partnerId);
      own?.draft.add(line);
      if (line.purpose === 'lock' && line.commissionId !== undefined) own?.locked.push(line.commissionId);
    }
  }
  return [...drafts.values()].map(({ draft, locked }) => ({ statement: draft.finished(), locked }));
};
