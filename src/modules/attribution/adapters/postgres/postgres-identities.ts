import type { Knex } from 'knex';
import { texts, uuids } from '../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import {
  type IdentityKey,
  type Joint,
  type KeptMerge,
  type Merge,
  type MergeId,
  type ProgramKey,
  stands,
} from '../../domain/identity/identity.ts';
import type { Consent } from '../../domain/traffic/touchpoint.ts';
import type { ClickId } from '../../index.ts';
import { type Clicked, Identities, type MergeFilter, type Renamed, type Undone } from '../../ports/identities.ts';
import { MERGE_COLUMNS, type MergeRow, MERGES, toMerge } from './merge-row.ts';

const asked = (keys: readonly ProgramKey[]) => ({
  programIds: uuids(keys.map(({ programId }) => programId)),
  keys: texts(keys.map(({ key }) => key)),
});

const nameOf = ({ programId, key }: ProgramKey): string => `${programId}/${key}`;

export class PostgresIdentities extends Identities {
  /** Keys that this transaction holds, and that nobody had named before: nobody else can until it ends. */
  private readonly unnamed = new Set<string>();

  constructor(private readonly db: Knex) {
    super();
  }

  /** Advisory locks, in two turns: who waited for a key sees what became of it, and then waits for its program. */
  async hold(keys: readonly ProgramKey[]): Promise<void> {
    if (keys.length === 0) return;
    // Clicks and visitors are held as such.
    const own = keys.filter(({ key }) => !/^(click|visitor):/.test(key));
    if (own.length > 0)
      await rowsOfOften(
        this.db,
        `select count(pg_advisory_xact_lock(lock))
         from (
           select distinct hashtextextended(program_id || '/' || key, 0) as lock
           from unnest(:programIds::uuid[], :keys::text[]) as own (program_id, key)
           order by lock
         ) as locks`,
        asked(own),
      );
    const known = await this.holdCustomers(keys);
    for (const each of keys) if (!known.has(nameOf(each))) this.unnamed.add(nameOf(each));
  }

  /** Of the programs in which one of the keys is known. Answers which of them are. */
  private async holdCustomers(keys: readonly ProgramKey[]): Promise<ReadonlySet<string>> {
    const rows = await rowsOfOften<{ program_id: string; key: IdentityKey }>(
      this.db,
      `with known as materialized (
         select distinct program_id, key
         from unnest(:programIds::uuid[], :keys::text[]) as wanted (program_id, key)
         cross join lateral (
           select from attribution.identity_keys as own
           where own.program_id = wanted.program_id and own.key = wanted.key
           limit 1
         ) as own
       ),
       held as materialized (
         select count(pg_advisory_xact_lock(hashtextextended('customers of ' || program_id, 0)))
         from (select distinct program_id from known order by program_id) as programs
       )
       select program_id, key from held cross join known`,
      asked(keys),
    );
    return new Set(rows.map(({ program_id, key }) => nameOf({ programId: fromUuid('prg', program_id), key })));
  }

  async clicked(clickIds: readonly ClickId[]): Promise<readonly Clicked[]> {
    if (clickIds.length === 0) return [];
    const rows = await rowsOf<{
      click_id: string;
      program_id: string;
      visitor_id: string | null;
      consent: Consent;
      occurred_at: Instant;
    }>(
      this.db,
      `select click_id, program_id, visitor_id, consent, occurred_at from attribution.touchpoints
       where click_id = any(:ids) and kind <> 'impression'`,
      { ids: clickIds.map(toUuid) },
    );
    return rows.map((row) => ({
      clickId: fromUuid('clk', row.click_id),
      programId: fromUuid('prg', row.program_id),
      visitorId: row.visitor_id ?? undefined,
      consent: row.consent,
      occurredAt: row.occurred_at,
    }));
  }

  async around(programId: Id<'prg'>, keys: readonly IdentityKey[]): Promise<readonly Joint[]> {
    const named = keys.filter((key) => !this.unnamed.has(nameOf({ programId, key })));
    if (named.length === 0) return [];
    const rows = await rowsOf<{ merge_id: string; key: IdentityKey; order_id: string | null }>(
      this.db,
      'select merge_id, key, order_id from attribution.same_customer(:programId, :keys::text[])',
      { programId: toUuid(programId), keys: named },
    );
    return rows.map(({ merge_id, key, order_id }) => ({
      mergeId: fromUuid('mrg', merge_id),
      key,
      orderId: order_id === null ? undefined : fromUuid('ord', order_id),
    }));
  }

  async known(mergeIds: readonly MergeId[]): Promise<ReadonlySet<MergeId>> {
    if (mergeIds.length === 0) return new Set();
    const rows = await rowsOf<{ id: string }>(
      this.db,
      'select id from attribution.identity_merges where id = any(:ids)',
      { ids: mergeIds.map(toUuid) },
    );
    return new Set(rows.map(({ id }) => fromUuid('mrg', id)));
  }

  async add(merges: readonly Merge[]): Promise<void> {
    if (merges.length === 0) return;
    const keys = merges.flatMap((merge) => merge.keys.map((key) => ({ ...merge, key })));
    for (const key of keys) this.unnamed.delete(nameOf(key));
    await rowsOfOften(
      this.db,
      `with merged as (
         insert into attribution.identity_merges (id, program_id, cause, order_id, told_by, reason, refused_because, merged_at)
         select * from unnest(
           :ids::uuid[], :programIds::uuid[], :causes::text[], :orderIds::uuid[], :toldBy::text[], :reasons::text[],
           :refused::text[], :at::timestamptz[]
         )
       )
       insert into attribution.identity_keys (merge_id, key, program_id, order_id, stands)
       select * from unnest(
         :keyIds::uuid[], :keys::text[], :keyPrograms::uuid[], :keyOrders::uuid[], :stands::boolean[]
       )`,
      {
        ids: uuids(merges.map(({ mergeId }) => mergeId)),
        programIds: uuids(merges.map(({ programId }) => programId)),
        causes: merges.map(({ cause }) => cause),
        orderIds: uuids(merges.map(({ orderId }) => orderId ?? null)),
        toldBy: merges.map(({ toldBy }) => toldBy ?? null),
        reasons: merges.map(({ reason }) => reason ?? null),
        refused: merges.map(({ refusedBecause }) => refusedBecause ?? null),
        at: merges.map(({ mergedAt }) => mergedAt),
        keyIds: uuids(keys.map(({ mergeId }) => mergeId)),
        keys: keys.map(({ key }) => key),
        keyPrograms: uuids(keys.map(({ programId }) => programId)),
        keyOrders: uuids(keys.map(({ orderId }) => orderId ?? null)),
        stands: keys.map(stands),
      },
    );
  }

  async undo(undone: readonly Undone[]): Promise<void> {
    if (undone.length === 0) return;
    const ids = undone.map(({ mergeId }) => toUuid(mergeId));
    await rowsOf(
      this.db,
      `insert into attribution.identity_undoings (merge_id, cause, told_by, reason, undone_at)
       select * from unnest(:ids::uuid[], :causes::text[], :toldBy::text[], :reasons::text[], :at::timestamptz[])`,
      {
        ids,
        causes: undone.map(({ undoing }) => undoing.cause),
        toldBy: undone.map(({ undoing }) => undoing.toldBy ?? null),
        reasons: undone.map(({ undoing }) => undoing.reason ?? null),
        at: undone.map(({ undoing }) => undoing.undoneAt),
      },
    );
    await rowsOf(this.db, 'update attribution.identity_keys set stands = false where merge_id = any(:ids)', { ids });
  }

  async get(mergeId: MergeId): Promise<KeptMerge | undefined> {
    const [row] = await rowsOf<MergeRow>(this.db, `${MERGES} where merge.id = :id`, { id: toUuid(mergeId) });
    return row && toMerge(row);
  }

  async lastOf(orderIds: readonly Id<'ord'>[]): Promise<readonly KeptMerge[]> {
    // Of several the last is the one that nothing followed: whatever is said next takes the standing one back.
    const rows = await rowsOfOften<MergeRow>(
      this.db,
      `select ${MERGE_COLUMNS}
       from unnest(:ids::uuid[]) as wanted (order_id)
       cross join lateral (
         select * from attribution.identity_merges where order_id = wanted.order_id order by number desc limit 1
       ) as merge
       left join lateral (
         select * from attribution.identity_undoings where merge_id = merge.id offset 0
       ) as undoing on true`,
      { ids: uuids(orderIds) },
    );
    return rows.map(toMerge);
  }

  async naming(keys: readonly ProgramKey[]): Promise<readonly KeptMerge[]> {
    if (keys.length === 0) return [];
    const rows = await rowsOf<MergeRow>(
      this.db,
      `${MERGES} where merge.cause <> 'touch' and merge.id in (
         select merge_id from attribution.identity_keys
         join unnest(:programIds::uuid[], :keys::text[]) as wanted (program_id, key) using (program_id, key)
         where stands
       )
       order by merge.id`,
      asked(keys),
    );
    return rows.map(toMerge);
  }

  async history(programId: Id<'prg'>, keys: readonly IdentityKey[], limit: number): Promise<readonly KeptMerge[]> {
    const rows = await rowsOf<MergeRow>(
      this.db,
      `${MERGES} where merge.id in (
         select merge_id from attribution.identity_keys where program_id = :programId and key = any(:keys)
       )
       order by merge.number desc
       limit :limit`,
      { programId: toUuid(programId), keys, limit },
    );
    return rows.map(toMerge);
  }

  async page(request: PageRequest, { programId, refused }: MergeFilter): Promise<Page<KeptMerge>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<MergeRow>(
      this.db,
      `${MERGES} where true
         ${refused ? 'and merge.refused_because is not null' : ''}
         ${programId === undefined ? '' : 'and merge.program_id = :programId'}
         ${after === undefined ? '' : 'and merge.id > :after'}
       order by merge.id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(programId !== undefined && { programId: toUuid(programId) }),
        ...(after !== undefined && { after: toUuid(parseId('mrg', after)) }),
      },
    );
    return pageOf(rows.map(toMerge), request, ({ mergeId }) => [mergeId]);
  }

  async rename(renamed: readonly Renamed[]): Promise<number> {
    let count = 0;
    for (const { programIds, from, to } of renamed) {
      const rows = await rowsOf(
        this.db,
        `update attribution.identity_keys set key = :to
         where program_id = any(:programIds::uuid[]) and key = :from
         returning 1`,
        { from, to, programIds: programIds.map(toUuid) },
      );
      count += rows.length;
    }
    return count;
  }
}
