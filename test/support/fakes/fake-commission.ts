import type { Id } from '../../../src/shared/ids.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import type { Commission } from '../../../src/modules/commission/domain/commission.ts';
import type { Credit } from '../../../src/modules/commission/domain/credit.ts';
import type { TermsVersion } from '../../../src/modules/commission/domain/terms.ts';
import { CommissionPort, type CommissionId, type LockedTotal } from '../../../src/modules/commission/index.ts';
import {
  type Calculated,
  Commissions,
  type CommissionStores,
  type CommissionTransaction,
  Credits,
  TermsVersions,
} from '../../../src/modules/commission/ports/commissions.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { type FakeParts, FakeTransaction, Table } from './fake-transaction.ts';

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

class FakeCommissions extends Commissions {
  constructor(
    private readonly rows: Table<Commission>,
    private readonly calculations: Table<readonly Calculated[]>,
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
    const due = this.rows
      .values()
      .filter((row) => row.state === 'vested' && row.allowed && row.locksAt !== undefined && row.locksAt <= now);
    return Promise.resolve(due.toSorted((a, b) => ((a.locksAt ?? '') < (b.locksAt ?? '') ? -1 : 1)).slice(0, limit));
  }

  save(commissions: readonly Commission[]): Promise<void> {
    for (const commission of commissions) this.rows.set(commission.id, commission);
    return Promise.resolve();
  }

  explain(calculated: readonly Calculated[], _at: Instant): Promise<void> {
    for (const each of calculated) {
      this.calculations.set(each.commissionId, [...(this.calculations.get(each.commissionId) ?? []), each]);
    }
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

export class FakeCommissionTransaction extends FakeTransaction<CommissionStores> implements CommissionTransaction {
  private readonly rows: Table<Commission>;
  private readonly calculations: Table<readonly Calculated[]>;

  constructor(parts: Partial<FakeParts<CommissionStores>> = {}) {
    const rows = new Table<Commission>();
    const calculations = new Table<readonly Calculated[]>();
    const credits = new Table<Credit>();
    const terms = new Table<TermsVersion>();
    super({
      schema: 'commission',
      tables: [rows, calculations, credits, terms],
      stores: (outbox) => ({
        commissions: new FakeCommissions(rows, calculations),
        credits: new FakeCredits(credits),
        terms: new FakeTermsVersions(terms),
        outbox,
      }),
      ...parts,
    });
    this.rows = rows;
    this.calculations = calculations;
  }

  all(): readonly Commission[] {
    return this.rows.committed.values().toSorted(byId);
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
    const waiting = own.filter(
      (row) => row.state === 'vested' && row.allowed && row.locksAt !== undefined && row.locksAt < before,
    );
    const minor = locked.reduce((sum, { amount }) => sum + amount.minor, 0n);
    return Promise.resolve({
      count: locked.length,
      waiting: waiting.length,
      amount: { minor: minor.toString(), currency: this.currency },
    });
  }
}
