import type { Id } from '../../../src/shared/ids.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import type { Adjustment, AdjustmentId } from '../../../src/modules/commission/domain/life-cycle/adjustment.ts';
import type { LimitChange, LimitChangeId } from '../../../src/modules/commission/domain/life-cycle/adjustment-limit.ts';
import type { PastStep } from '../../../src/modules/commission/domain/life-cycle/history.ts';
import type { Calculated } from '../../../src/modules/commission/domain/explaining/explained.ts';
import type { Commission } from '../../../src/modules/commission/domain/life-cycle/commission.ts';
import type { Credit } from '../../../src/modules/commission/domain/life-cycle/credit.ts';
import { draftNotFound } from '../../../src/modules/commission/application/terms/draft-not-found.ts';
import type { TermsDraft } from '../../../src/modules/commission/domain/terms/terms-draft.ts';
import type { TermsVersion } from '../../../src/modules/commission/domain/terms/terms.ts';
import {
  CommissionPort,
  type CommissionId,
  type LockedTotal,
  type TermsDraftId,
} from '../../../src/modules/commission/index.ts';
import { Adjustments } from '../../../src/modules/commission/ports/adjustments.ts';
import { TermsDrafts } from '../../../src/modules/commission/ports/terms-drafts.ts';
import {
  type Accepted,
  Commissions,
  type CommissionStores,
  type CommissionTransaction,
  Credits,
  TermsVersions,
} from '../../../src/modules/commission/ports/commissions.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { Money } from '../../../src/shared/money.ts';
import type { ExchangeRate } from '../../../src/modules/commission/domain/rates/exchange-rates.ts';
import type { RateTaken } from '../../../src/modules/commission/domain/rates/taken-rates.ts';
import type { UncalculatedOrder } from '../../../src/modules/commission/index.ts';
import { FakeExchangeRates } from './fake-exchange-rates.ts';
import { FakeOrderQueue, FakePeriods, periodTables, queueTables } from './fake-periods.ts';
import { type FakeParts, FakeTransaction, Table } from './fake-transaction.ts';

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

const isLockable = ({ state, allowed, awaitsAcceptance }: Commission): boolean =>
  state === 'vested' && allowed && awaitsAcceptance === undefined;

class FakeCommissions extends Commissions {
  constructor(
    private readonly rows: Table<Commission>,
    private readonly calculations: Table<readonly Calculated[]>,
    private readonly past: Table<readonly PastStep[]>,
  ) {
    super();
  }

  ofOrders(orderIds: readonly Id<'ord'>[]): Promise<readonly Commission[]> {
    const wanted = new Set(orderIds);
    return Promise.resolve(
      this.rows
        .values()
        .filter(({ orderId }) => wanted.has(orderId))
        .toSorted(byId),
    );
  }

  ofIds(ids: readonly CommissionId[]): Promise<readonly Commission[]> {
    return Promise.resolve([...new Set(ids)].flatMap((id) => this.rows.get(id) ?? []).toSorted(byId));
  }

  dueToLock(now: Instant, limit: number): Promise<readonly Commission[]> {
    const due = this.rows.values().filter((row) => isLockable(row) && row.locksAt !== undefined && row.locksAt <= now);
    return Promise.resolve(due.toSorted((a, b) => ((a.locksAt ?? '') < (b.locksAt ?? '') ? -1 : 1)).slice(0, limit));
  }

  parentsOf(commissions: readonly Commission[]): Promise<readonly Commission[]> {
    return this.ofIds(commissions.flatMap(({ recruit }) => recruit?.parentId ?? []));
  }

  awaitNoLonger(accepted: Accepted): Promise<void> {
    const waiting = this.rows.values().filter(({ state }) => state === 'vested' || state === 'held');
    const orderIds = new Set(
      waiting
        .filter(
          ({ programId, partnerId, termsId }) =>
            programId === accepted.programId && partnerId === accepted.partnerId && termsId === accepted.termsId,
        )
        .map(({ orderId }) => orderId),
    );
    return this.save(
      waiting
        .filter(({ orderId }) => orderIds.has(orderId))
        .map((commission) => ({ ...commission, awaitsAcceptance: undefined })),
    );
  }

  dueForReview(now: Instant, limit: number): Promise<readonly Commission[]> {
    const due = this.rows
      .values()
      .filter(
        ({ state, recruit, reviewAt }) =>
          ['estimated', 'pending', 'vesting'].includes(state) && recruit === undefined && reviewAt <= now,
      );
    return Promise.resolve(due.toSorted((a, b) => (a.reviewAt < b.reviewAt ? -1 : 1)).slice(0, limit));
  }

  record(steps: readonly PastStep[], _at: Instant): Promise<void> {
    for (const step of steps) this.past.set(step.commissionId, [...(this.past.get(step.commissionId) ?? []), step]);
    return Promise.resolve();
  }

  save(commissions: readonly Commission[]): Promise<void> {
    for (const commission of commissions) this.rows.set(commission.id, commission);
    return Promise.resolve();
  }

  allow(ids: readonly CommissionId[]): Promise<void> {
    return this.save(ids.flatMap((id) => this.rows.get(id) ?? []).map((each) => ({ ...each, allowed: true })));
  }

  explain(calculated: readonly Calculated[], _at: Instant): Promise<void> {
    for (const each of calculated) {
      this.calculations.set(each.commissionId, [...(this.calculations.get(each.commissionId) ?? []), each]);
    }
    return Promise.resolve();
  }
}

class FakeAdjustments extends Adjustments {
  constructor(
    private readonly rows: Table<Adjustment>,
    private readonly limits: Table<Money>,
    private readonly limitChanges: Table<LimitChange>,
  ) {
    super();
  }

  ofIds(ids: readonly AdjustmentId[]): Promise<readonly Adjustment[]> {
    return Promise.resolve([...new Set(ids)].flatMap((id) => this.rows.get(id) ?? []).toSorted(byId));
  }

  add(adjustments: readonly Adjustment[]): Promise<readonly AdjustmentId[]> {
    const fresh = adjustments.filter(({ id }) => !this.rows.has(id));
    for (const adjustment of fresh) this.rows.set(adjustment.id, adjustment);
    return Promise.resolve(fresh.map(({ id }) => id));
  }

  save(adjustment: Adjustment): Promise<void> {
    this.rows.set(adjustment.id, adjustment);
    return Promise.resolve();
  }

  limit(programId: Id<'prg'>): Promise<Money | undefined> {
    return Promise.resolve(this.limits.get(programId));
  }

  setLimit(programId: Id<'prg'>, limit: Money): Promise<void> {
    this.limits.set(programId, limit);
    return Promise.resolve();
  }

  holdLimit(): Promise<void> {
    return Promise.resolve();
  }

  pendingLimit(programId: Id<'prg'>): Promise<LimitChange | undefined> {
    const isPending = (each: LimitChange): boolean => each.programId === programId && each.state === 'proposed';
    return Promise.resolve(this.limitChanges.values().find(isPending));
  }

  limitChange(id: LimitChangeId): Promise<LimitChange> {
    const found = this.limitChanges.get(id);
    return found === undefined
      ? Promise.reject(new AppError('not_found', 'commission.limit_change_not_found', 'there is none'))
      : Promise.resolve(found);
  }

  saveLimitChange(change: LimitChange): Promise<void> {
    this.limitChanges.set(change.id, change);
    return Promise.resolve();
  }
}

class FakeCredits extends Credits {
  constructor(private readonly rows: Table<Credit>) {
    super();
  }

  ofOrders(orderIds: readonly Id<'ord'>[]): Promise<readonly Credit[]> {
    return Promise.resolve(orderIds.flatMap((id) => this.rows.get(id) ?? []));
  }

  save(credits: readonly Credit[]): Promise<void> {
    for (const credit of credits) this.rows.set(credit.orderId, credit);
    return Promise.resolve();
  }
}

class FakeTermsVersions extends TermsVersions {
  constructor(private readonly rows: Table<TermsVersion>) {
    super();
  }

  ofPrograms(programIds: readonly Id<'prg'>[]): Promise<readonly TermsVersion[]> {
    return Promise.resolve(this.rows.values().filter(({ programId }) => programIds.includes(programId)));
  }

  add(version: TermsVersion): Promise<void> {
    const key = `${version.programId}/${version.version}`;
    if (this.rows.has(key)) throw new AppError('conflict', 'commission.terms_version_taken', 'taken');
    this.rows.set(key, version);
    return Promise.resolve();
  }
}

class FakeTermsDrafts extends TermsDrafts {
  constructor(private readonly rows: Table<TermsDraft>) {
    super();
  }

  add(draft: TermsDraft): Promise<void> {
    return this.save(draft);
  }

  get(draftId: TermsDraftId): Promise<TermsDraft> {
    const draft = this.rows.get(draftId);
    return draft === undefined ? Promise.reject(draftNotFound(draftId)) : Promise.resolve(draft);
  }

  save(draft: TermsDraft): Promise<void> {
    this.rows.set(draft.draftId, draft);
    return Promise.resolve();
  }
}

export class FakeCommissionTransaction extends FakeTransaction<CommissionStores> implements CommissionTransaction {
  private readonly rows: Table<Commission>;
  private readonly calculations: Table<readonly Calculated[]>;
  private readonly past: Table<readonly PastStep[]>;
  private readonly entries: Table<Adjustment>;
  private readonly kept: Table<TermsDraft>;
  private readonly aside: Table<UncalculatedOrder>;

  constructor(parts: Partial<FakeParts<CommissionStores>> = {}) {
    const rows = new Table<Commission>();
    const calculations = new Table<readonly Calculated[]>();
    const past = new Table<readonly PastStep[]>();
    const entries = new Table<Adjustment>();
    const limits = new Table<Money>();
    const limitChanges = new Table<LimitChange>();
    const credits = new Table<Credit>();
    const terms = new Table<TermsVersion>();
    const drafts = new Table<TermsDraft>();
    const [periods, queue] = [periodTables(), queueTables()];
    const [rates, taken] = [new Table<ExchangeRate>(), new Table<RateTaken>()];
    super({
      schema: 'commission',
      tables: [
        ...[rows, calculations, past, entries, limits, limitChanges, credits, terms, drafts, rates, taken],
        ...[periods.periods, periods.kept],
        ...[queue.aside, queue.queue],
      ] as Table<unknown>[],
      stores: (outbox) => ({
        commissions: new FakeCommissions(rows, calculations, past),
        adjustments: new FakeAdjustments(entries, limits, limitChanges),
        credits: new FakeCredits(credits),
        terms: new FakeTermsVersions(terms),
        drafts: new FakeTermsDrafts(drafts),
        periods: new FakePeriods(periods),
        queue: new FakeOrderQueue(queue, rows),
        rates: new FakeExchangeRates(rates, taken),
        outbox,
      }),
      ...parts,
    });
    this.rows = rows;
    this.calculations = calculations;
    this.past = past;
    this.entries = entries;
    this.kept = drafts;
    this.aside = queue.aside;
  }

  uncalculated(): readonly UncalculatedOrder[] {
    return this.aside.committed.values();
  }

  drafts(): readonly TermsDraft[] {
    return this.kept.committed.values();
  }

  all(): readonly Commission[] {
    return this.rows.committed.values().toSorted(byId);
  }

  adjustments(): readonly Adjustment[] {
    return this.entries.committed.values().toSorted(byId);
  }

  pastOf(id: CommissionId): readonly PastStep[] {
    return this.past.committed.get(id) ?? [];
  }

  explanationsOf(id: CommissionId): readonly Calculated[] {
    return this.calculations.committed.get(id) ?? [];
  }
}

/** Answers settlement's question from a fake store. */
export class FakeCommissionPort extends CommissionPort {
  constructor(
    private readonly transaction: FakeCommissionTransaction,
    private readonly currency: string,
  ) {
    super();
  }

  lockedBefore(programId: Id<'prg'>, before: Instant): Promise<LockedTotal> {
    const own = this.transaction.all().filter((row) => row.programId === programId);
    const locked = own.filter(({ lockedAt }) => lockedAt !== undefined && lockedAt < before);
    const waiting = own.filter((row) => isLockable(row) && row.locksAt !== undefined && row.locksAt < before);
    const minor = locked.reduce((sum, { amount }) => sum + amount.minor, 0n);
    return Promise.resolve({
      count: locked.length,
      waiting: waiting.length,
      amount: { minor: minor.toString(), currency: this.currency },
    });
  }
}
