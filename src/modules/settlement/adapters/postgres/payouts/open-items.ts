/** What partners' earnings have still to bring, and payouts that are for all of it. */
import type { Knex } from 'knex';
import { bigints, uuids } from '../../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { grouped } from '../../../../../shared/grouped.ts';
import { fromUuid, type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import type { OpenItem } from '../../../domain/payouts/allocation.ts';
import { LIVE_STATES } from '../../../domain/payouts/payout-life-cycle.ts';
import type { Payout } from '../../../domain/payouts/payout.ts';
import type { PayoutId } from '../../../index.ts';
import { type EarningRow, toEarning } from '../payout-shares.ts';
import { MOVED } from '../statements/statement-lines.ts';
import { MOVES } from './balance-sums.ts';

const live = [...LIVE_STATES];

interface ItemRow extends EarningRow {
  readonly partner_id: string;
  readonly minor: string;
  readonly locked_at: Instant;
}

export const openItemsOf = async (
  db: Knex,
  programId: Id<'prg'>,
  partnerIds: readonly Id<'par'>[],
  until: Instant,
): Promise<ReadonlyMap<Id<'par'>, readonly OpenItem[]>> => {
  const rows = await rowsOf<ItemRow>(
    db,
    `with ${OPEN}
     select partner_id, id, is_adjustment, minor::text as minor, locked_at
     from open
     order by partner_id, locked_at, id`,
    { programId: toUuid(programId), partnerIds: uuids(partnerIds), until, live },
  );
  const byPartner = grouped(rows, ({ partner_id }) => fromUuid('par', partner_id));
  return new Map([...byPartner].map(([partnerId, items]) => [partnerId, items.map(toItem)]));
};

const toItem = (row: ItemRow): OpenItem => ({
  ...toEarning(row),
  minor: BigInt(row.minor),
  lockedAt: row.locked_at,
});

/** Nothing of it is brought here: a close has as many items as there are commissions in it. */
export const giveAllOpen = async (
  db: Knex,
  programId: Id<'prg'>,
  payouts: readonly Payout[],
  until: Instant,
): Promise<ReadonlySet<PayoutId>> => {
  const rows = await rowsOf<{ payout_id: string }>(db, GIVE_ALL_OPEN, {
    programId: toUuid(programId),
    payoutIds: uuids(payouts.map(({ id }) => id)),
    partnerIds: uuids(payouts.map(({ partnerId }) => partnerId)),
    minors: bigints(payouts.map(({ amount }) => amount.minor)),
    until,
    live,
  });
  return new Set(rows.map(({ payout_id }) => fromUuid('pay', payout_id)));
};

/** What commissions and entries beside them have brought, less what living payouts are for. */
const OPEN = `earned as (
    select
      partner_id, coalesce(adjustment_id, commission_id) as id, adjustment_id is not null as is_adjustment,
      sum(${MOVED}) as minor,
      coalesce(min(occurred_at) filter (where purpose = 'lock'), min(occurred_at)) as locked_at
    from settlement.bookings
    where program_id = :programId and partner_id = any(:partnerIds::uuid[]) and ${MOVES}
      and (adjustment_id is not null or purpose in ('lock', 'claw_back')) and effective_at < :until
    group by partner_id, coalesce(adjustment_id, commission_id), adjustment_id is not null
  ), shares as (
    select payout_id, commission_id as id, amount_minor from settlement.allocations
    union all
    select payout_id, adjustment_id, amount_minor from settlement.adjustment_allocations
  ), given as (
    select shares.id, sum(shares.amount_minor) as minor
    from settlement.payouts
    join shares on payout_id = payouts.id
    where program_id = :programId and partner_id = any(:partnerIds::uuid[]) and state = any(:live)
    group by shares.id
  ), open as (
    select partner_id, id, is_adjustment, earned.minor - coalesce(given.minor, 0) as minor, locked_at
    from earned
    left join given using (id)
    where earned.minor <> coalesce(given.minor, 0)
  )`;

const GIVE_ALL_OPEN = `
  with ${OPEN}, whole as (
    select payout_id, open.id, open.is_adjustment, open.minor::bigint as minor,
      sum(open.minor) over (partition by payout_id) = asked.minor as is_all
    from unnest(:payoutIds::uuid[], :partnerIds::uuid[], :minors::bigint[]) as asked (payout_id, partner_id, minor)
    join open using (partner_id)
  ), commissions as (
    insert into settlement.allocations (payout_id, commission_id, amount_minor)
    select payout_id, id, minor from whole where is_all and not is_adjustment order by payout_id, id
  ), adjustments as (
    insert into settlement.adjustment_allocations (payout_id, adjustment_id, amount_minor)
    select payout_id, id, minor from whole where is_all and is_adjustment order by payout_id, id
  )
  select distinct payout_id from whole where is_all`;
