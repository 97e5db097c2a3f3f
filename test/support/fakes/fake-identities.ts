import {
  type IdentityKey,
  type Joint,
  type KeptMerge,
  type Merge,
  type MergeId,
  Partition,
  type ProgramKey,
  stands,
} from '../../../src/modules/attribution/domain/identity/identity.ts';
import type { Touchpoint } from '../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import type { ClickId } from '../../../src/modules/attribution/index.ts';
import {
  type Clicked,
  Identities,
  type MergeFilter,
  type Renamed,
  type Undone,
} from '../../../src/modules/attribution/ports/identities.ts';
import type { Id } from '../../../src/shared/ids.ts';
import { type Page, pageOf, type PageRequest } from '../../../src/shared/page.ts';
import type { Table } from './fake-transaction.ts';

export interface IdentityTables {
  readonly touchpoints: Table<Touchpoint>;
  /** In the order they were said. */
  readonly merges: Table<KeptMerge>;
}

export class FakeIdentities extends Identities {
  constructor(private readonly tables: IdentityTables) {
    super();
  }

  /** One transaction at a time runs here anyway. */
  hold(): Promise<void> {
    return Promise.resolve();
  }

  clicked(clickIds: readonly ClickId[]): Promise<readonly Clicked[]> {
    return Promise.resolve(
      clickIds
        .flatMap((clickId) => this.tables.touchpoints.get(clickId) ?? [])
        .filter(({ kind }) => kind !== 'impression')
        .map(({ clickId, programId, visitorId, consent, occurredAt }) => ({
          clickId,
          programId,
          visitorId,
          consent,
          occurredAt,
        })),
    );
  }

  around(programId: Id<'prg'>, keys: readonly IdentityKey[]): Promise<readonly Joint[]> {
    const standing = this.all().filter((merge) => stands(merge) && merge.programId === programId);
    const joints = standing.flatMap(({ mergeId, keys: own, orderId }) => own.map((key) => ({ mergeId, key, orderId })));
    const reached = new Set(
      Partition.of(joints)
        .met(keys)
        .flatMap((customer) => [...customer.keys]),
    );
    return Promise.resolve(joints.filter(({ key }) => reached.has(key)));
  }

  known(mergeIds: readonly MergeId[]): Promise<ReadonlySet<MergeId>> {
    return Promise.resolve(new Set(mergeIds.filter((mergeId) => this.tables.merges.has(mergeId))));
  }

  add(merges: readonly Merge[]): Promise<void> {
    for (const merge of merges)
      this.tables.merges.set(merge.mergeId, { undone: undefined, ...merge, keys: merge.keys.toSorted() });
    return Promise.resolve();
  }

  async undo(undone: readonly Undone[]): Promise<void> {
    for (const { mergeId, undoing } of undone) {
      const merge = await this.get(mergeId);
      if (merge !== undefined) this.tables.merges.set(mergeId, { ...merge, undone: undoing });
    }
  }

  get(mergeId: MergeId): Promise<KeptMerge | undefined> {
    return Promise.resolve(this.tables.merges.get(mergeId));
  }

  lastOf(orderIds: readonly Id<'ord'>[]): Promise<readonly KeptMerge[]> {
    const wanted = new Set(orderIds);
    const own = this.all().filter(({ orderId }) => orderId !== undefined && wanted.has(orderId));
    return Promise.resolve([...new Map(own.map((merge) => [merge.orderId, merge])).values()]);
  }

  naming(keys: readonly ProgramKey[]): Promise<readonly KeptMerge[]> {
    const own = this.all().filter(
      (merge) =>
        merge.cause !== 'touch' &&
        stands(merge) &&
        keys.some(({ programId, key }) => programId === merge.programId && merge.keys.includes(key)),
    );
    return Promise.resolve(own.toSorted(byId));
  }

  history(programId: Id<'prg'>, keys: readonly IdentityKey[], limit: number): Promise<readonly KeptMerge[]> {
    const own = this.all().filter(
      (merge) => merge.programId === programId && merge.keys.some((key) => keys.includes(key)),
    );
    return Promise.resolve(own.toReversed().slice(0, limit));
  }

  page(request: PageRequest, { programId, refused }: MergeFilter): Promise<Page<KeptMerge>> {
    const [after] = request.after ?? [];
    const rows = this.all()
      .filter((merge) => programId === undefined || merge.programId === programId)
      .filter(({ refusedBecause }) => refused === undefined || refusedBecause !== undefined)
      .filter(({ mergeId }) => after === undefined || mergeId > after)
      .toSorted(byId);
    return Promise.resolve(pageOf(rows.slice(0, request.limit + 1), request, ({ mergeId }) => [mergeId]));
  }

  rename(renamed: readonly Renamed[]): Promise<number> {
    let count = 0;
    for (const { programIds, from, to } of renamed)
      for (const merge of this.all()) {
        if (!programIds.includes(merge.programId) || !merge.keys.includes(from)) continue;
        count += 1;
        const keys = merge.keys.map((key) => (key === from ? to : key)).toSorted();
        this.tables.merges.set(merge.mergeId, { ...merge, keys });
      }
    return Promise.resolve(count);
  }

  private all(): readonly KeptMerge[] {
    return this.tables.merges.values();
  }
}

const byId = (a: Merge, b: Merge): number => (a.mergeId < b.mergeId ? -1 : 1);

/** Of an order, all that is its customer's. */
export const customerKeys = (merges: readonly KeptMerge[], orderId: Id<'ord'>): ReadonlySet<IdentityKey> => {
  const standing = merges.filter(stands);
  const [own] = standing.filter((merge) => merge.orderId === orderId);
  if (own === undefined) return new Set();
  const joints = standing
    .filter(({ programId }) => programId === own.programId)
    .flatMap(({ mergeId, keys }) => keys.map((key) => ({ mergeId, key })));
  return new Set(
    Partition.of(joints)
      .met(own.keys)
      .flatMap(({ keys }) => [...keys]),
  );
};
