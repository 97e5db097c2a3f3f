import type { Booking } from '../../../src/modules/settlement/domain/books/booking.ts';
import { effectOnAvailable } from '../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import type { Purpose } from '../../../src/modules/settlement/domain/books/purpose.ts';
import type { Approval } from '../../../src/modules/settlement/domain/payouts/approval.ts';
import type { Freeze, FreezeId } from '../../../src/modules/settlement/domain/payouts/freeze.ts';
import type { PolicyBook, StoredPolicy } from '../../../src/modules/settlement/domain/payouts/payout-policy.ts';
import { LIVE_STATES, UNDER_WAY_STATES } from '../../../src/modules/settlement/domain/payouts/payout-life-cycle.ts';
import type { Payout } from '../../../src/modules/settlement/domain/payouts/payout.ts';
import type {
  NegativeBalance,
  Receivable,
  Securities,
  Slice,
} from '../../../src/modules/settlement/domain/payouts/securities.ts';
import type { Waiver, WaiverId } from '../../../src/modules/settlement/domain/payouts/waiver.ts';
import type { BatchId, PayoutId } from '../../../src/modules/settlement/index.ts';
import {
  Approvals,
  type CaseNews,
  type Heard,
  type MovedMoney,
  type PayoutControl,
  PayoutGuards,
  PayoutPolicies,
  type PayoutRequest,
  type RefusedMethod,
  type Removal,
  SecuritiesStore,
} from '../../../src/modules/settlement/ports/payout-control.ts';
import type { Month } from '../../../src/shared/calendar.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { Id } from '../../../src/shared/ids.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import { Table } from './fake-transaction.ts';

/** Every table that controls payouts, as rows by key. */
export class ControlTables {
  readonly policies = new Table<StoredPolicy>();
  readonly slices = new Table<Slice>();
  readonly receivables = new Table<Receivable>();
  readonly negatives = new Table<NegativeBalance>();
  readonly waivers = new Table<Waiver>();
  readonly cases = new Table<CaseNews>();
  readonly profiles = new Table<Instant>();
  readonly refusedMethods = new Table<RefusedMethod & { readonly allowedAt?: Instant }>();
  readonly requests = new Table<PayoutRequest & { readonly answeredIn?: Month }>();
  readonly approvals = new Table<Approval & { readonly batchId: BatchId }>();
  readonly removals = new Table<Removal>();
  readonly freezes = new Table<Freeze>();

  get all(): readonly Table<unknown>[] {
    return Object.values(this) as Table<unknown>[];
  }
}

/** What controlling asks of settlement's other tables. */
export interface Beside {
  readonly bookings: Table<{ readonly booking: Booking }>;
  readonly payouts: Table<Payout>;
}

export const fakePayoutControl = (tables: ControlTables, beside: Beside): PayoutControl => ({
  policies: new FakePolicies(tables),
  guards: new FakeGuards(tables),
  approvals: new FakeApprovals(tables, beside),
  securities: new FakeSecurities(tables, beside),
});

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
const done = (): Promise<void> => Promise.resolve();

class FakePolicies extends PayoutPolicies {
  constructor(private readonly tables: ControlTables) {
    super();
  }

  current(programId: Id<'prg'>, partnerId?: Id<'par'>): Promise<StoredPolicy | undefined> {
    return Promise.resolve(this.last(programId, partnerId));
  }

  add(policy: StoredPolicy): Promise<boolean> {
    const key = `${policy.programId}/${policy.partnerId ?? ''}/${policy.version}`;
    if (this.tables.policies.has(key)) return Promise.resolve(false);
    this.tables.policies.set(key, policy);
    return Promise.resolve(true);
  }

  book(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<PolicyBook> {
    const partners = new Map(
      partnerIds.flatMap((id) => {
        const own = this.last(programId, id);
        return own === undefined ? [] : [[id, own.terms] as const];
      }),
    );
    return Promise.resolve({ program: this.last(programId)?.terms ?? {}, partners });
  }

  private last(programId: Id<'prg'>, partnerId?: Id<'par'>): StoredPolicy | undefined {
    return this.tables.policies
      .values()
      .filter((each) => each.programId === programId && each.partnerId === partnerId)
      .toSorted((a, b) => b.version - a.version)[0];
  }
}

class FakeGuards extends PayoutGuards {
  constructor(private readonly tables: ControlTables) {
    super();
  }

  noteCases(cases: readonly CaseNews[]): Promise<void> {
    for (const news of cases) {
      const known = this.tables.cases.get(news.caseId);
      this.tables.cases.set(news.caseId, {
        ...news,
        openedAt: known?.openedAt ?? news.openedAt,
        resolvedAt: known?.resolvedAt ?? news.resolvedAt,
      });
    }
    return done();
  }

  noteProfile(partnerId: Id<'par'>, changedAt: Instant): Promise<void> {
    const known = this.tables.profiles.get(partnerId);
    this.tables.profiles.set(partnerId, known !== undefined && known > changedAt ? known : changedAt);
    return done();
  }

  refuseMethods(methods: readonly RefusedMethod[]): Promise<void> {
    for (const method of methods) {
      const known = this.tables.refusedMethods.get(method.payoutId);
      if (known === undefined || known.allowedAt !== undefined) this.tables.refusedMethods.set(method.payoutId, method);
    }
    return done();
  }

  allowMethods(payoutIds: readonly PayoutId[], at: Instant): Promise<void> {
    for (const id of payoutIds) {
      const known = this.tables.refusedMethods.get(id);
      if (known !== undefined) this.tables.refusedMethods.set(id, { allowedAt: at, ...known });
    }
    return done();
  }

  heard(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<ReadonlyMap<Id<'par'>, Heard>> {
    const all = partnerIds.map((id): [Id<'par'>, Heard] => {
      const open = this.tables.cases
        .values()
        .filter((each) => each.partnerId === id && each.resolvedAt === undefined)
        .toSorted((a, b) => compare(a.openedAt ?? '', b.openedAt ?? '') || compare(a.caseId, b.caseId));
      const hasRequested = this.openRequest(programId, id) !== undefined;
      const refusedMethods = this.tables.refusedMethods
        .values()
        .filter(({ partnerId, allowedAt }) => partnerId === id && allowedAt === undefined)
        .toSorted((a, b) => compare(a.refusedAt, b.refusedAt) || compare(a.payoutId, b.payoutId))
        .map(({ version, code }) => ({ version, code }));
      return [
        id,
        {
          openCases: open.map(({ caseId }) => caseId),
          profileChangedAt: this.tables.profiles.get(id),
          hasRequested,
          ...(refusedMethods.length > 0 && { refusedMethods }),
        },
      ];
    });
    return Promise.resolve(
      new Map(
        all.filter(
          ([, { openCases, profileChangedAt, hasRequested, refusedMethods }]) =>
            openCases.length > 0 || profileChangedAt !== undefined || hasRequested || refusedMethods !== undefined,
        ),
      ),
    );
  }

  request(request: PayoutRequest): Promise<PayoutRequest> {
    const open = this.openRequest(request.programId, request.partnerId);
    if (open === undefined) this.tables.requests.set(request.id, request);
    return Promise.resolve(open ?? request);
  }

  answerRequests(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[], period: Month): Promise<void> {
    for (const id of partnerIds) {
      const open = this.openRequest(programId, id);
      if (open !== undefined) this.tables.requests.set(open.id, { ...open, answeredIn: period });
    }
    return done();
  }

  freezes(programId: Id<'prg'>): Promise<readonly Freeze[]> {
    return Promise.resolve(this.open((each) => each.programId === undefined || each.programId === programId));
  }

  freezesToChange(programId: Id<'prg'> | undefined): Promise<readonly Freeze[]> {
    return Promise.resolve(this.open((each) => each.programId === programId));
  }

  freeze(id: FreezeId): Promise<Freeze> {
    const found = this.tables.freezes.get(id);
    return found === undefined
      ? Promise.reject(new AppError('not_found', 'settlement.freeze_not_found', 'there is none'))
      : Promise.resolve(found);
  }

  saveFreeze(freeze: Freeze): Promise<void> {
    this.tables.freezes.set(freeze.id, freeze);
    return done();
  }

  private open(isMeant: (freeze: Freeze) => boolean): readonly Freeze[] {
    return this.tables.freezes
      .values()
      .filter((each) => each.state !== 'lifted' && isMeant(each))
      .toSorted((a, b) => compare(a.frozenAt, b.frozenAt) || compare(a.id, b.id));
  }

  private openRequest(programId: Id<'prg'>, partnerId: Id<'par'>): PayoutRequest | undefined {
    return this.tables.requests
      .values()
      .find((each) => each.programId === programId && each.partnerId === partnerId && each.answeredIn === undefined);
  }
}

class FakeApprovals extends Approvals {
  constructor(
    private readonly tables: ControlTables,
    private readonly beside: Beside,
  ) {
    super();
  }

  ofBatch(batchId: BatchId): Promise<readonly Approval[]> {
    const own = this.tables.approvals.values().filter((each) => each.batchId === batchId);
    return Promise.resolve(
      own
        .toSorted((a, b) => compare(a.at, b.at) || compare(a.by, b.by))
        .map(({ by, at, isSenior }) => ({ by, at, isSenior })),
    );
  }

  add(batchId: BatchId, approval: Approval): Promise<void> {
    this.tables.approvals.set(`${batchId}/${approval.by}`, { ...approval, batchId });
    return done();
  }

  totalOf(programId: Id<'prg'>, period: Month): Promise<bigint> {
    const live = this.beside.payouts
      .values()
      .filter(
        (each) =>
          each.programId === programId &&
          each.period === period &&
          (LIVE_STATES as readonly string[]).includes(each.state),
      );
    return Promise.resolve(live.reduce((sum, { amount }) => sum + amount.minor, 0n));
  }

  addRemoval(removal: Removal): Promise<void> {
    this.tables.removals.set(removal.payoutId, removal);
    return done();
  }
}

class FakeSecurities extends SecuritiesStore {
  constructor(
    private readonly tables: ControlTables,
    private readonly beside: Beside,
  ) {
    super();
  }

  open(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<ReadonlyMap<Id<'par'>, Securities>> {
    const all = partnerIds.map((partnerId): [Id<'par'>, Securities] => {
      const isOwn = ofPartner(programId, partnerId);
      const slices = this.tables.slices.values().filter((each) => isOwn(each) && each.left > 0n);
      const receivables = this.tables.receivables.values().filter((each) => isOwn(each) && each.left > 0n);
      return [
        partnerId,
        {
          slices: slices.toSorted(byRelease),
          receivables: receivables.toSorted((a, b) => a.nth - b.nth),
          negative: this.tables.negatives.get(`${programId}/${partnerId}`),
        },
      ];
    });
    return Promise.resolve(
      new Map(
        all.filter(
          ([, { slices, receivables, negative }]) =>
            slices.length > 0 || receivables.length > 0 || negative !== undefined,
        ),
      ),
    );
  }

  lock(): Promise<void> {
    return done();
  }

  available(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<ReadonlyMap<Id<'par'>, bigint>> {
    const bookings = this.beside.bookings.values().map(({ booking }) => booking);
    return Promise.resolve(
      new Map(
        partnerIds.map((partnerId) => [
          partnerId,
          bookings
            .filter((each) => each.programId === programId && each.partnerId === partnerId)
            .reduce((sum, each) => sum + effectOnAvailable(each), 0n),
        ]),
      ),
    );
  }

  moved(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<MovedMoney> {
    const isOwn = (each: { readonly programId: string; readonly partnerId?: string | undefined }): boolean =>
      each.programId === programId && each.partnerId === partnerId;
    const byPurpose = new Map<Purpose, bigint>();
    for (const { booking } of this.beside.bookings.values().filter((each) => isOwn(each.booking))) {
      const minor = booking.mirrored === true ? -booking.amount.minor : booking.amount.minor;
      byPurpose.set(booking.purpose, (byPurpose.get(booking.purpose) ?? 0n) + minor);
    }
    const own = this.beside.payouts.values().filter(isOwn);
    const unsent = own.filter(({ state }) => /^(draft|approved)$/.test(state));
    const underWay = own
      .filter(({ state }) => UNDER_WAY_STATES.some((each) => each === state))
      .toSorted((a, b) => compare(a.period, b.period) || compare(a.id, b.id))
      .map(({ id, state, amount }) => ({ payoutId: id, state, minor: amount.minor }));
    return Promise.resolve({ byPurpose, unsent: unsent.reduce((sum, { amount }) => sum + amount.minor, 0n), underWay });
  }

  saveSlices(slices: readonly Slice[]): Promise<void> {
    for (const slice of slices) this.tables.slices.set(slice.id, slice);
    return done();
  }

  saveReceivables(receivables: readonly Receivable[]): Promise<void> {
    for (const receivable of receivables) this.tables.receivables.set(receivable.id, receivable);
    return done();
  }

  noteNegative(negatives: readonly NegativeBalance[]): Promise<void> {
    for (const each of negatives) {
      const key = `${each.programId}/${each.partnerId}`;
      if (!this.tables.negatives.has(key)) this.tables.negatives.set(key, each);
    }
    return done();
  }

  hasten(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[], at: Instant): Promise<void> {
    for (const partnerId of partnerIds) {
      const known = this.tables.negatives.get(`${programId}/${partnerId}`);
      if (known !== undefined && at < known.dueAt)
        this.tables.negatives.set(`${programId}/${partnerId}`, { ...known, dueAt: at });
    }
    return done();
  }

  clearNegative(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<void> {
    for (const partnerId of partnerIds) this.tables.negatives.delete(`${programId}/${partnerId}`);
    return done();
  }

  slicesDue(now: Instant, limit: number): Promise<readonly Slice[]> {
    const due = this.tables.slices
      .values()
      .filter(({ left, releaseAt }) => left > 0n && releaseAt !== undefined && releaseAt <= now);
    return Promise.resolve(due.toSorted(byRelease).slice(0, limit));
  }

  floorSlices(programId: Id<'prg'>, partnerId?: Id<'par'>): Promise<readonly Slice[]> {
    const own = this.tables.slices
      .values()
      .filter(
        (each) =>
          each.programId === programId &&
          each.left > 0n &&
          each.releaseAt === undefined &&
          (partnerId === undefined || each.partnerId === partnerId),
      );
    return Promise.resolve(
      own.toSorted(
        (a, b) => compare(a.partnerId, b.partnerId) || compare(a.reservedAt, b.reservedAt) || compare(a.id, b.id),
      ),
    );
  }

  negativesDue(now: Instant, limit: number): Promise<readonly NegativeBalance[]> {
    const due = this.tables.negatives.values().filter(({ dueAt }) => dueAt <= now);
    return Promise.resolve(
      due.toSorted((a, b) => compare(a.dueAt, b.dueAt) || compare(a.partnerId, b.partnerId)).slice(0, limit),
    );
  }

  countReceivables(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<ReadonlyMap<Id<'par'>, number>> {
    const counts = new Map<Id<'par'>, number>();
    for (const { partnerId, nth } of this.tables.receivables.values().filter((each) => each.programId === programId))
      if (partnerIds.includes(partnerId)) counts.set(partnerId, Math.max(nth, counts.get(partnerId) ?? 0));
    return Promise.resolve(counts);
  }

  addWaiver(waiver: Waiver): Promise<void> {
    return this.saveWaiver(waiver);
  }

  waiver(id: WaiverId): Promise<Waiver> {
    const found = this.tables.waivers.get(id);
    return found === undefined
      ? Promise.reject(new AppError('not_found', 'settlement.waiver_not_found', 'there is none'))
      : Promise.resolve(found);
  }

  saveWaiver(waiver: Waiver): Promise<void> {
    this.tables.waivers.set(waiver.id, waiver);
    return done();
  }
}

const ofPartner =
  (programId: Id<'prg'>, partnerId: Id<'par'>) =>
  (each: { readonly programId: string; readonly partnerId: string }): boolean =>
    each.programId === programId && each.partnerId === partnerId;

const byRelease = (a: Slice, b: Slice): number =>
  compare(a.releaseAt ?? '~', b.releaseAt ?? '~') || compare(a.id, b.id);
