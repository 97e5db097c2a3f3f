import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import type { Month } from '../../../../../shared/calendar.ts';
import { fromUuid, type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import type { Standing } from '../../../domain/payouts/payout-decision.ts';
import { LIVE_STATES } from '../../../domain/payouts/payout-life-cycle.ts';
import type { NextPartners } from '../../../ports/settlement-stores.ts';
import { MOVED } from '../statements/statement-lines.ts';
import { SIGNED } from './balance-sums.ts';

interface StandingRow {
  readonly partner_id: string;
  readonly closing: bigint;
  /** Sums as text: they may outgrow 64 bits. */
  readonly claimed: string;
  readonly available: string;
  readonly unsent: string;
  readonly owed: string;
  readonly held: string;
  readonly forgiven: string;
  readonly forfeited: string;
}

interface Asked extends Partial<NextPartners> {
  readonly programId: Id<'prg'>;
  readonly period: Month;
  readonly until: Instant;
}

export const standingsOf = async (
  db: Knex,
  { programId, period, until, after, limit }: Asked,
): Promise<readonly Standing[]> => {
  const rows = await rowsOf<StandingRow>(db, STANDINGS, {
    programId: toUuid(programId),
    after: after === undefined ? null : toUuid(after),
    live: [...LIVE_STATES],
    ...{ period, until },
    limit: limit ?? null,
  });
  return rows.map((row) => ({
    partnerId: fromUuid('par', row.partner_id),
    closing: row.closing,
    claimed: BigInt(row.claimed),
    availableNow: BigInt(row.available),
    unsent: BigInt(row.unsent),
    owed: BigInt(row.owed),
    held: BigInt(row.held),
    forgiven: BigInt(row.forgiven),
    forfeited: BigInt(row.forfeited),
  }));
};

/** With no limit, of all. */
const STANDINGS = `with meant as materialized (
  select partner_id, closing_minor
  from settlement.statements
  where program_id = :programId and period = :period and (:after::uuid is null or partner_id > :after)
  order by partner_id
  limit :limit::bigint
)
select
  partner_id,
  closing_minor as closing,
  coalesce(claims.claimed, 0)::text as claimed,
  (closing_minor + coalesce(since.moved, 0))::text as available,
  coalesce(claims.unsent, 0)::text as unsent,
  greatest(coalesce(aside.raised, 0) - coalesce(aside.forgiven, 0), 0)::text as owed,
  coalesce(aside.held, 0)::text as held,
  coalesce(aside.forgiven, 0)::text as forgiven,
  coalesce(aside.forfeited, 0)::text as forfeited
from meant
left join (
  select
    partner_id,
    sum(amount_minor) filter (where submitted_at is null or submitted_at >= :until) as claimed,
    sum(amount_minor) filter (where submitted_at is null) as unsent
  from settlement.payouts
  where program_id = :programId and state = any(:live) and partner_id in (select partner_id from meant)
  group by partner_id
) as claims using (partner_id)
left join (
  select partner_id, sum(${MOVED}) as moved
  from settlement.bookings
  where program_id = :programId and period > :period and partner_id in (select partner_id from meant)
  group by partner_id
) as since using (partner_id)
left join (
  select
    partner_id,
    sum(case purpose when 'raise_receivable' then ${SIGNED} when 'recover' then -${SIGNED} else 0 end)
      filter (where period <= :period) as raised,
    sum(${SIGNED}) filter (where purpose = 'write_off') as forgiven,
    sum(${SIGNED}) filter (where purpose = 'forfeit' and period <= :period) as forfeited,
    sum(case when purpose in ('hold', 'dispute_open') then ${SIGNED} else -${SIGNED} end)
      filter (where purpose in ('hold', 'release', 'dispute_open', 'dispute_close')) as held
  from settlement.bookings
  where program_id = :programId and purpose in (
    'hold', 'release', 'raise_receivable', 'recover', 'write_off', 'forfeit', 'dispute_open', 'dispute_close'
  ) and partner_id in (select partner_id from meant)
  group by partner_id
) as aside using (partner_id)
order by partner_id`;
