import type { Books } from '../../../src/modules/settlement/domain/books/booking.ts';
import type { Purpose } from '../../../src/modules/settlement/domain/books/purpose.ts';
import { CLEARING_STATES } from '../../../src/modules/settlement/domain/payouts/payout-life-cycle.ts';
import type { Period } from '../../../src/modules/settlement/domain/statements/period.ts';
import type { PartnerLine, Statement } from '../../../src/modules/settlement/domain/statements/statement.ts';
import type { PayoutId } from '../../../src/modules/settlement/index.ts';
import {
  AuditReader,
  type BookedLocks,
  type InClearing,
  type KeptBeside,
  type PostedBooking,
  type ToldAndKept,
} from '../../../src/modules/settlement/ports/audit-reader.ts';
import { grouped } from '../../../src/shared/grouped.ts';
import type { Id } from '../../../src/shared/ids.ts';
import { Money } from '../../../src/shared/money.ts';
import { all } from '../all.ts';
import type { FakeSettlementTransaction } from './fake-settlement.ts';

const total = (minors: readonly bigint[]): bigint => minors.reduce((sum, minor) => sum + minor, 0n);

/** What a booking that is not posted yet has done beside the balance, taken back. */
const BESIDE: Readonly<Record<'reserved' | 'owed', Partial<Record<Purpose, bigint>>>> = {
  reserved: { reserve: -1n, release_reserve: 1n },
  owed: { raise_receivable: -1n, recover: 1n, write_off: 1n },
};

/** Looks at what a fake has committed, as audits do. */
export class FakeAuditReader extends AuditReader {
  constructor(private readonly transaction: FakeSettlementTransaction) {
    super();
  }

  books(): Promise<readonly Books[]> {
    return Promise.resolve(this.transaction.tables.books.committed.values());
  }

  periods(programId: Id<'prg'>): Promise<readonly Period[]> {
    const own = this.transaction.tables.periods.committed.values().filter((each) => each.programId === programId);
    return Promise.resolve(
      own
        .filter(({ statements }) => statements !== undefined)
        .toSorted((a, b) => (a.period < b.period ? -1 : Number(a.period > b.period))),
    );
  }

  statements(programId: Id<'prg'>, period: Period['period']): Promise<readonly Statement[]> {
    const all = this.transaction.statements();
    return Promise.resolve(all.filter((each) => each.programId === programId && each.period === period));
  }

  async *lines(programId: Id<'prg'>, period: Period['period']): AsyncGenerator<readonly PartnerLine[]> {
    yield await this.transaction.run(({ bookings }) => all(bookings.lines(programId, period)));
  }

  unevenPayouts(): Promise<readonly PayoutId[]> {
    const { shares } = this.transaction.tables;
    const uneven = this.transaction
      .payouts()
      .filter(({ id, amount }) => total((shares.committed.get(id) ?? []).map(({ minor }) => minor)) !== amount.minor);
    return Promise.resolve(uneven.map(({ id }) => id));
  }

  inClearing(programId: Id<'prg'>): Promise<readonly InClearing[]> {
    const states: readonly string[] = CLEARING_STATES;
    const sent = this.transaction.payouts().filter((each) => each.programId === programId && each.submittedAt);
    const ofBatch = grouped(sent, ({ batchId, clearedByBatch }) => (clearedByBatch ? batchId : undefined));
    return Promise.resolve(
      [...ofBatch].map(([batchId, own]) => ({
        batchId,
        amount: Money.sum(
          own[0]?.amount.currency ?? '',
          own.filter(({ state }) => states.includes(state)).map(({ amount }) => amount),
        ),
      })),
    );
  }

  keptBeside(programId: Id<'prg'>): Promise<readonly KeptBeside[]> {
    const { slices, receivables } = this.transaction.control;
    const rows = [
      ...slices.committed.values().map((each) => ({ ...each, reserved: each.left, owed: 0n })),
      ...receivables.committed.values().map((each) => ({ ...each, reserved: 0n, owed: each.left })),
      ...this.bookings(programId).flatMap(({ booking, postedAt }) => {
        const { purpose, partnerId, amount, mirrored } = booking;
        const minor = postedAt !== undefined ? 0n : mirrored === true ? -amount.minor : amount.minor;
        const [reserved, owed] = [BESIDE.reserved[purpose], BESIDE.owed[purpose]];
        if (partnerId === undefined || (reserved === undefined && owed === undefined)) return [];
        return [{ programId, partnerId, reserved: minor * (reserved ?? 0n), owed: minor * (owed ?? 0n) }];
      }),
    ];
    const byPartner = grouped(
      rows.filter((each) => each.programId === programId),
      ({ partnerId }) => partnerId,
    );
    return Promise.resolve(
      [...byPartner].map(([partnerId, own]) => ({
        partnerId,
        reserved: total(own.map(({ reserved }) => reserved)),
        owed: total(own.map(({ owed }) => owed)),
      })),
    );
  }

  posted(after: bigint, limit: number): Promise<readonly PostedBooking[]> {
    const posted = this.transaction.tables.bookings.committed
      .values()
      .filter(({ seq, postedAt }) => BigInt(seq) > after && postedAt !== undefined)
      .toSorted((a, b) => a.seq - b.seq);
    return Promise.resolve(posted.slice(0, limit).map(({ seq, booking }) => ({ seq: BigInt(seq), booking })));
  }

  statementsTold(): Promise<ToldAndKept> {
    return Promise.resolve({ told: [], kept: [] });
  }

  submissionsTold(): Promise<ToldAndKept> {
    return Promise.resolve({ told: [], kept: [] });
  }

  locks(programId: Id<'prg'>): Promise<BookedLocks> {
    const locks = this.bookings(programId).filter(({ booking }) => booking.purpose === 'lock');
    return Promise.resolve({ count: locks.length, minor: total(locks.map(({ booking }) => booking.amount.minor)) });
  }

  unposted(programId: Id<'prg'>): Promise<number> {
    return Promise.resolve(this.bookings(programId).filter(({ postedAt }) => postedAt === undefined).length);
  }

  private bookings(programId: Id<'prg'>) {
    return this.transaction.tables.bookings.committed.values().filter(({ booking }) => booking.programId === programId);
  }
}
