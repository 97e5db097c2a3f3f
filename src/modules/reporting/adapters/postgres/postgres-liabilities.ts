import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { Stage } from '../../domain/funnel.ts';
import type { CommissionJourney, Liabilities } from '../../ports/liabilities.ts';

interface JourneyRow {
  readonly commission_id: string;
  readonly currency: string;
  readonly amount_minor: bigint;
  readonly locks_at: Instant | null;
  readonly placed_at: Instant;
  readonly vested_at: Instant | null;
  readonly locked_at: Instant | null;
  readonly reversed_at: Instant | null;
  readonly confirmed: Instant | null;
  readonly in_production: Instant | null;
  readonly in_transit: Instant | null;
  readonly delivered: Instant | null;
  readonly completed: Instant | null;
}

const OPEN = `state in ('estimated', 'pending', 'vesting', 'vested', 'held')`;

const stepAt = (step: string): string => `(facts #>> '{steps,${step},at}')::timestamptz`;

/** Who has not heard of the accrual yet knows neither the amount nor when it was placed. */
const JOURNEYS = `
  with mine as (
    select commission_id, order_id, state, currency, amount_minor, locks_at,
      ${stepAt('accrued')} as placed_at,
      case when locks_at is not null then ${stepAt('vested')} end as vested_at,
      ${stepAt('locked')} as locked_at, ${stepAt('reversed')} as reversed_at
    from reporting.commission_status
    where program_id = :programId and facts #> '{steps,accrued}' is not null
  ),
  wanted as (
    (select * from mine where ${OPEN})
    union all
    (select * from mine where not ${OPEN} and coalesce(locked_at, reversed_at) is not null
     order by coalesce(locked_at, reversed_at) desc, commission_id
     limit :mostEnded)
  )
  select wanted.*, way.*
  from wanted cross join lateral (
    select max(reached_at) filter (where milestone = 'confirmed') as confirmed,
      max(reached_at) filter (where milestone = 'in_production') as in_production,
      max(reached_at) filter (where milestone = 'in_transit') as in_transit,
      max(reached_at) filter (where milestone = 'delivered') as delivered,
      max(reached_at) filter (where milestone = 'completed') as completed
    from reporting.milestones where milestones.order_id = wanted.order_id
  ) as way
  order by wanted.commission_id`;

export class PostgresLiabilities implements Liabilities {
  constructor(private readonly db: Knex) {}

  async journeys(programId: Id<'prg'>, mostEnded: number): Promise<readonly CommissionJourney[]> {
    const rows = await rowsOf<JourneyRow>(this.db, JOURNEYS, { programId: toUuid(programId), mostEnded });
    return rows.map(toJourney);
  }

  async programs(): Promise<readonly Id<'prg'>[]> {
    const rows = await rowsOf<{ program_id: string }>(
      this.db,
      `select distinct program_id from reporting.commission_status order by program_id`,
    );
    return rows.map(({ program_id }) => fromUuid('prg', program_id));
  }

  async lookedAt(): Promise<Instant | undefined> {
    const [row] = await rowsOf<{ looked_at: Instant }>(this.db, `select looked_at from reporting.budget_looks`);
    return row?.looked_at;
  }
}

const toJourney = (row: JourneyRow): CommissionJourney => ({
  commissionId: fromUuid('com', row.commission_id),
  amount: Money.of(row.amount_minor, row.currency),
  locksAt: row.locks_at ?? undefined,
  reached: reachedOf(row),
  ...(row.locked_at !== null && { ended: { kept: true, at: row.locked_at } }),
  ...(row.locked_at === null && row.reversed_at !== null && { ended: { kept: false, at: row.reversed_at } }),
});

const reachedOf = (row: JourneyRow): CommissionJourney['reached'] => {
  const stages: readonly (readonly [Stage, Instant | null])[] = [
    ['placed', row.placed_at],
    ['confirmed', row.confirmed],
    ['in_production', row.in_production],
    ['in_transit', row.in_transit],
    ['delivered', row.delivered],
    ['completed', row.completed],
    ['vested', row.vested_at],
  ];
  return Object.fromEntries(stages.flatMap(([stage, at]) => (at === null ? [] : [[stage, at]])));
};
