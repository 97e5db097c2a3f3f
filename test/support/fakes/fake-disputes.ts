import {
  type Dispute,
  type DisputeEntry,
  type Resolution,
} from '../../../src/modules/settlement/domain/disputes/dispute.ts';
import type { Booking } from '../../../src/modules/settlement/domain/books/booking.ts';
import type { ProgramDisputeTerms } from '../../../src/modules/settlement/domain/disputes/dispute-terms.ts';
import type { DisputeId, PayoutId } from '../../../src/modules/settlement/index.ts';
import {
  type DetailedDispute,
  type DisputeFilter,
  DisputeReader,
  Disputes,
  type DueAdjustment,
  type KeptSnapshot,
  type Reserve,
  type ReservesOfPartner,
  type StatementLineFound,
} from '../../../src/modules/settlement/ports/disputes.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { grouped } from '../../../src/shared/grouped.ts';
import type { Id } from '../../../src/shared/ids.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../src/shared/page.ts';
import { type Rows, Table } from './fake-transaction.ts';

export interface DisputeTables {
  readonly disputes: Table<Dispute>;
  readonly disputeEntries: Table<DisputeEntry>;
  readonly disputeResolutions: Table<Resolution>;
  readonly disputeSnapshots: Table<KeptSnapshot>;
  readonly disputeTerms: Table<ProgramDisputeTerms>;
}

export const disputeTables = (): DisputeTables => ({
  disputes: new Table<Dispute>(),
  disputeEntries: new Table<DisputeEntry>(),
  disputeResolutions: new Table<Resolution>(),
  disputeSnapshots: new Table<KeptSnapshot>(),
  disputeTerms: new Table<ProgramDisputeTerms>(),
});

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

/** Undefined members are as good as none: a row knows no difference. */
const plain = <Row>(row: Row): Row =>
  Object.fromEntries(Object.entries(row as object).filter(([, value]) => value !== undefined)) as Row;

export class FakeDisputes extends Disputes {
  constructor(private readonly tables: DisputeTables) {
    super();
  }

  claimedBy(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<bigint> {
    const open = this.tables.disputes
      .values()
      .filter(
        (each) =>
          each.programId === programId &&
          each.partnerId === partnerId &&
          each.dueAt !== undefined &&
          each.kind !== 'payout_not_received',
      );
    return Promise.resolve(open.reduce((sum, { claimed }) => sum + claimed.minor, 0n));
  }

  open(dispute: Dispute): Promise<DisputeId | undefined> {
    const open = this.tables.disputes
      .values()
      .find((each) => each.partnerId === dispute.partnerId && each.thing === dispute.thing && each.dueAt !== undefined);
    if (open === undefined) this.tables.disputes.set(dispute.id, dispute);
    return Promise.resolve(open?.id);
  }

  get(id: DisputeId): Promise<Dispute> {
    const found = this.tables.disputes.get(id);
    return found === undefined
      ? Promise.reject(new AppError('not_found', 'settlement.dispute_not_found', `there is no dispute ${id}`))
      : Promise.resolve(found);
  }

  decided({ partnerId, kind, thing }: Dispute): Promise<DisputeId | undefined> {
    const found = this.tables.disputes
      .values()
      .find(
        (each) => each.partnerId === partnerId && each.kind === kind && each.thing === thing && this.isDecided(each),
      );
    return Promise.resolve(found?.id);
  }

  private isDecided({ id, dueAt }: Dispute): boolean {
    return dueAt === undefined && ofDispute(this.tables.disputeResolutions, id).length > 0;
  }

  overdue(now: Instant, limit: number): Promise<readonly Dispute[]> {
    const due = this.tables.disputes.values().filter(({ dueAt }) => dueAt !== undefined && dueAt <= now);
    return Promise.resolve(due.toSorted((a, b) => ((a.dueAt ?? '') < (b.dueAt ?? '') ? -1 : 1)).slice(0, limit));
  }

  save(disputes: readonly Dispute[]): Promise<void> {
    for (const dispute of disputes) this.tables.disputes.set(dispute.id, dispute);
    return Promise.resolve();
  }

  record(entries: readonly DisputeEntry[]): Promise<void> {
    for (const entry of entries) {
      const key = `${entry.disputeId}/${entry.n}`;
      if (this.tables.disputeEntries.has(key)) return Promise.reject(new Error('an entry is final'));
      this.tables.disputeEntries.set(key, entry);
    }
    return Promise.resolve();
  }

  evidenceOf(id: DisputeId, side: DisputeEntry['side']): Promise<number> {
    const own = ofDispute(this.tables.disputeEntries, id);
    return Promise.resolve(own.filter((each) => each.side === side && each.what === 'evidence_given').length);
  }

  resolve(resolutions: readonly Resolution[]): Promise<void> {
    for (const resolution of resolutions) {
      const key = `${resolution.disputeId}/${resolution.round}`;
      const known = this.tables.disputeResolutions.get(key) ?? resolution;
      this.tables.disputeResolutions.set(key, { ...known, adjustedAt: resolution.adjustedAt });
    }
    return Promise.resolve();
  }

  resolutions(id: DisputeId): Promise<readonly Resolution[]> {
    return Promise.resolve(ofDispute(this.tables.disputeResolutions, id));
  }

  attach(snapshot: KeptSnapshot): Promise<void> {
    this.tables.disputeSnapshots.set(`${snapshot.disputeId}/${snapshot.round}`, snapshot);
    return Promise.resolve();
  }

  terms(programId: Id<'prg'>): Promise<ProgramDisputeTerms | undefined> {
    return Promise.resolve(this.tables.disputeTerms.get(programId));
  }

  setTerms(terms: ProgramDisputeTerms): Promise<void> {
    this.tables.disputeTerms.set(terms.programId, terms);
    return Promise.resolve();
  }
}

const ofDispute = <Row extends { readonly disputeId: DisputeId }>(rows: Rows<Row>, id: DisputeId): readonly Row[] =>
  rows.values().filter(({ disputeId }) => disputeId === id);

/** Where a commission stands, and what banks said, as a test says it. */
export class FakeDisputeReader extends DisputeReader {
  readonly lines = new Map<Id<'com'>, readonly StatementLineFound[]>();

  constructor(
    private readonly tables: DisputeTables,
    private readonly booked: () => readonly Booked[],
  ) {
    super();
  }

  find(id: DisputeId): Promise<DetailedDispute | undefined> {
    const dispute = this.tables.disputes.committed.get(id);
    if (dispute === undefined) return Promise.resolve(undefined);
    return Promise.resolve({
      dispute,
      entries: ofDispute(this.tables.disputeEntries.committed, id).toSorted((a, b) => a.n - b.n),
      resolutions: ofDispute(this.tables.disputeResolutions.committed, id),
      snapshots: ofDispute(this.tables.disputeSnapshots.committed, id),
    });
  }

  page(request: PageRequest, { isOpen, ...filter }: DisputeFilter): Promise<Page<Dispute>> {
    const [after = ''] = request.after ?? [];
    const asked = Object.entries(plain(filter));
    const rows = this.tables.disputes.committed
      .values()
      .filter((each) => asked.every(([name, value]) => each[name as keyof Dispute] === value))
      .filter((each) => isOpen === undefined || isOpen === (each.dueAt !== undefined))
      .filter(({ id }) => id > after)
      .toSorted(byId);
    return Promise.resolve(pageOf(rows.slice(0, request.limit + 1), request, ({ id }) => [id]));
  }

  terms(programId: Id<'prg'>): Promise<ProgramDisputeTerms | undefined> {
    return Promise.resolve(this.tables.disputeTerms.committed.get(programId));
  }

  isAnyOverdue(now: Instant): Promise<boolean> {
    return Promise.resolve(
      this.tables.disputes.committed.values().some(({ dueAt }) => dueAt !== undefined && dueAt <= now),
    );
  }

  dueAdjustments(limit: number): Promise<readonly DueAdjustment[]> {
    const due = this.tables.disputeResolutions.committed
      .values()
      .filter(({ adjustmentId, adjustedAt }) => adjustmentId !== undefined && adjustedAt === undefined);
    return Promise.resolve(
      due.slice(0, limit).flatMap((resolution) => {
        const dispute = this.tables.disputes.committed.get(resolution.disputeId);
        if (dispute === undefined) return [];
        const { programId, partnerId, kind, about } = dispute;
        return [{ ...resolution, programId, partnerId, kind, about }];
      }),
    );
  }

  statementLines(commissionId: Id<'com'>): Promise<readonly StatementLineFound[]> {
    return Promise.resolve(this.lines.get(commissionId) ?? []);
  }

  bankHistory(_payoutId: PayoutId): Promise<readonly object[]> {
    return Promise.resolve([]);
  }

  oddReserves(): Promise<readonly Reserve[]> {
    const odd = this.tables.disputes.committed.values().flatMap((dispute): Reserve[] => {
      const { id, claimed, granted, dueAt, round, reserved } = dispute;
      const paid = this.tables.disputeResolutions.committed.get(`${id}/${round}`);
      const outstanding = claimed.minor - granted.minor;
      const isDue = paid?.adjustmentId !== undefined && paid.adjustedAt === undefined;
      const due = dueAt !== undefined ? outstanding : isDue ? outstanding + paid.granted.minor : 0n;
      const booked = reservedBy(this.booked().filter(({ booking }) => booking.subject === id));
      return reserved.minor === due && booked === due ? [] : [{ disputeId: id, said: reserved.minor, due, booked }];
    });
    return Promise.resolve(odd);
  }

  reservesOfPartners(limit: number, after?: ReservesOfPartner): Promise<readonly ReservesOfPartner[]> {
    const keyOf = ({ programId, partnerId = 'par_' }: Pick<Booking, 'programId' | 'partnerId'>) =>
      `${programId}/${partnerId}`;
    const posted = this.booked().filter(({ booking, postedAt }) => isReserve(booking) && postedAt !== undefined);
    const owners = [...grouped(posted, ({ booking }) => keyOf(booking))].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const next = owners.filter(([key]) => after === undefined || key > keyOf(after)).slice(0, limit);
    return Promise.resolve(
      next.flatMap(([, own]) => {
        const { programId, partnerId } = own[0]?.booking ?? {};
        return programId && partnerId ? [{ programId, partnerId, minor: reservedBy(own) }] : [];
      }),
    );
  }
}

interface Booked {
  readonly booking: Booking;
  readonly postedAt?: Instant;
}

const isReserve = ({ purpose }: Booking): boolean => purpose === 'dispute_open' || purpose === 'dispute_close';

const reservedBy = (booked: readonly Booked[]): bigint =>
  booked
    .filter(({ booking }) => isReserve(booking))
    .reduce((sum, { booking }) => sum + (booking.purpose === 'dispute_open' ? 1n : -1n) * booking.amount.minor, 0n);
