import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { grouped } from '../../../../../shared/grouped.ts';
import { fromUuid, type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import type { NegativeBalance, Receivable, Securities, Slice } from '../../../domain/payouts/securities.ts';
import type { Waiver, WaiverId } from '../../../domain/payouts/waiver.ts';
import type { MovedMoney, SecuritiesStore } from '../../../ports/payout-control.ts';
import { saveDecision } from '../proposal-rows.ts';
import { availableOf, movedOf } from './balance-sums.ts';
import {
  type NegativeRow,
  type ReceivableRow,
  sliceValues,
  type SliceRow,
  toNegative,
  toReceivable,
  toSlice,
} from './security-rows.ts';
import { noWaiver, toWaiver, type WaiverRow } from './waiver-rows.ts';

export class PostgresSecurities implements SecuritiesStore {
  constructor(private readonly db: Knex) {}

  async open(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<ReadonlyMap<Id<'par'>, Securities>> {
    const owners = ownersOf(programId, partnerIds);
    const own = `program_id = :programId and partner_id = any(:partnerIds)`;
    const slices = await rowsOf<SliceRow>(
      this.db,
      `select * from settlement.reserve_slices where ${own} and left_minor > 0 order by release_at nulls last, id`,
      owners,
    );
    const receivables = await rowsOf<ReceivableRow>(
      this.db,
      `select * from settlement.receivables where ${own} and left_minor > 0 order by nth`,
      owners,
    );
    const negatives = await rowsOf<NegativeRow>(
      this.db,
      `select * from settlement.negative_balances where ${own}`,
      owners,
    );
    return byPartner(slices.map(toSlice), receivables.map(toReceivable), negatives.map(toNegative));
  }

  async lock(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<void> {
    await rowsOf(
      this.db,
      `select pg_advisory_xact_lock(key)
       from (
         select hashtextextended('settlement.balance/' || :programId::text || partner_id, 0) as key
         from unnest(:partnerIds::text[]) as asked (partner_id)
         order by key
       ) as keys`,
      { programId: toUuid(programId), partnerIds: partnerIds.map(toUuid) },
    );
  }

  available(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<ReadonlyMap<Id<'par'>, bigint>> {
    return availableOf(this.db, programId, partnerIds);
  }

  moved(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<MovedMoney> {
    return movedOf(this.db, programId, partnerId);
  }

  async saveSlices(slices: readonly Slice[]): Promise<void> {
    if (slices.length === 0) return;
    await rowsOf(
      this.db,
      `insert into settlement.reserve_slices
         (id, program_id, partner_id, about, of_adjustment, amount_minor, left_minor, reserved_at, release_at)
       select * from unnest(
         :ids::uuid[], :programIds::uuid[], :partnerIds::uuid[], :abouts::uuid[], :ofAdjustment::boolean[],
         :amounts::bigint[], :lefts::bigint[], :reserved::timestamptz[], :release::timestamptz[]
       )
       on conflict (id) do update set left_minor = excluded.left_minor`,
      sliceValues(slices),
    );
  }

  async saveReceivables(receivables: readonly Receivable[]): Promise<void> {
    if (receivables.length === 0) return;
    await rowsOf(
      this.db,
      `insert into settlement.receivables (id, program_id, partner_id, nth, amount_minor, left_minor, raised_at)
       select * from unnest(
         :ids::uuid[], :programIds::uuid[], :partnerIds::uuid[], :nths::integer[], :amounts::bigint[], :lefts::bigint[],
         :raised::timestamptz[]
       )
       on conflict (id) do update set left_minor = excluded.left_minor`,
      {
        ids: receivables.map(({ id }) => toUuid(id)),
        programIds: receivables.map(({ programId }) => toUuid(programId)),
        partnerIds: receivables.map(({ partnerId }) => toUuid(partnerId)),
        nths: receivables.map(({ nth }) => nth),
        amounts: receivables.map(({ amount }) => amount.toString()),
        lefts: receivables.map(({ left }) => left.toString()),
        raised: receivables.map(({ raisedAt }) => raisedAt),
      },
    );
  }

  async noteNegative(negatives: readonly NegativeBalance[]): Promise<void> {
    if (negatives.length === 0) return;
    await rowsOf(
      this.db,
      `insert into settlement.negative_balances (program_id, partner_id, since, due_at)
       select * from unnest(:programIds::uuid[], :partnerIds::uuid[], :since::timestamptz[], :due::timestamptz[])
       on conflict do nothing`,
      {
        programIds: negatives.map(({ programId }) => toUuid(programId)),
        partnerIds: negatives.map(({ partnerId }) => toUuid(partnerId)),
        since: negatives.map(({ since }) => since),
        due: negatives.map(({ dueAt }) => dueAt),
      },
    );
  }

  async hasten(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[], at: Instant): Promise<void> {
    if (partnerIds.length === 0) return;
    await rowsOf(
      this.db,
      `update settlement.negative_balances set due_at = least(due_at, :at)
       where program_id = :programId and partner_id = any(:partnerIds)`,
      { ...ownersOf(programId, partnerIds), at },
    );
  }

  async clearNegative(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<void> {
    if (partnerIds.length === 0) return;
    await rowsOf(
      this.db,
      `delete from settlement.negative_balances where program_id = :programId and partner_id = any(:partnerIds)`,
      ownersOf(programId, partnerIds),
    );
  }

  async slicesDue(now: Instant, limit: number): Promise<readonly Slice[]> {
    const rows = await rowsOf<SliceRow>(
      this.db,
      `select * from settlement.reserve_slices
       where left_minor > 0 and release_at <= :now
       order by release_at, id
       limit :limit`,
      { now, limit },
    );
    return rows.map(toSlice);
  }

  async floorSlices(programId: Id<'prg'>, partnerId?: Id<'par'>): Promise<readonly Slice[]> {
    const rows = await rowsOf<SliceRow>(
      this.db,
      `select * from settlement.reserve_slices
       where program_id = :programId and left_minor > 0 and release_at is null
         ${partnerId === undefined ? '' : 'and partner_id = :partnerId'}
       order by partner_id, reserved_at, id`,
      { programId: toUuid(programId), ...(partnerId && { partnerId: toUuid(partnerId) }) },
    );
    return rows.map(toSlice);
  }

  async negativesDue(now: Instant, limit: number): Promise<readonly NegativeBalance[]> {
    const rows = await rowsOf<NegativeRow>(
      this.db,
      `select * from settlement.negative_balances
       where due_at <= :now
       order by due_at, program_id, partner_id
       limit :limit`,
      { now, limit },
    );
    return rows.map(toNegative);
  }

  async countReceivables(
    programId: Id<'prg'>,
    partnerIds: readonly Id<'par'>[],
  ): Promise<ReadonlyMap<Id<'par'>, number>> {
    const rows = await rowsOf<{ partner_id: string; last: number }>(
      this.db,
      `select partner_id, max(nth) as last from settlement.receivables
       where program_id = :programId and partner_id = any(:partnerIds)
       group by partner_id`,
      ownersOf(programId, partnerIds),
    );
    return new Map(rows.map(({ partner_id, last }) => [fromUuid('par', partner_id), last]));
  }

  async addWaiver({ id, kind, programId, partnerId, amount, reason, state, askedBy, askedAt }: Waiver): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.balance_waivers
         (id, kind, program_id, partner_id, amount_minor, currency, reason, state, asked_by, asked_at)
       values (:id, :kind, :programId, :partnerId, :minor, :currency, :reason, :state, :askedBy, :askedAt)`,
      {
        id: toUuid(id),
        programId: toUuid(programId),
        partnerId: toUuid(partnerId),
        minor: amount.minor.toString(),
        currency: amount.currency,
        ...{ kind, reason, state, askedBy, askedAt },
      },
    );
  }

  async waiver(id: WaiverId): Promise<Waiver> {
    const [row] = await rowsOf<WaiverRow>(
      this.db,
      `select * from settlement.balance_waivers where id = :id for update`,
      { id: toUuid(id) },
    );
    if (row === undefined) throw noWaiver(id);
    return toWaiver(row);
  }

  saveWaiver(waiver: Waiver): Promise<void> {
    return saveDecision(this.db, 'balance_waivers', waiver);
  }
}

const ownersOf = (programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]) => ({
  programId: toUuid(programId),
  partnerIds: partnerIds.map(toUuid),
});

const byPartner = (
  slices: readonly Slice[],
  receivables: readonly Receivable[],
  negatives: readonly NegativeBalance[],
): ReadonlyMap<Id<'par'>, Securities> => {
  const [kept, owed] = [grouped(slices, ofPartner), grouped(receivables, ofPartner)];
  const below = new Map(negatives.map((each) => [each.partnerId, each]));
  return new Map(
    [...new Set([...kept.keys(), ...owed.keys(), ...below.keys()])].map((partnerId) => [
      partnerId,
      {
        slices: kept.get(partnerId) ?? [],
        receivables: owed.get(partnerId) ?? [],
        negative: below.get(partnerId),
      },
    ]),
  );
};

const ofPartner = ({ partnerId }: { readonly partnerId: Id<'par'> }): Id<'par'> => partnerId;
