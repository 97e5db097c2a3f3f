import type { Knex } from 'knex';
import { uuids } from '../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Place } from '../../domain/periods/period-book.ts';
import { type PeriodKey, periodName, type Thresholds } from '../../domain/periods/thresholds.ts';
import type { Behind, Changes, Kept, Periods, PeriodTotal, Unchecked } from '../../ports/periods.ts';
import { BEHIND, MISJUDGED } from './period-queries.ts';
import {
  figuresColumns,
  type FiguresRow,
  type KeptRow,
  periodColumns,
  type PeriodRow,
  placeColumns,
  toBehind,
  toKept,
  toKeptRow,
  toPeriod,
  toTotal,
  uuidsOf,
} from './period-rows.ts';

const PERIOD = 'program_id uuid, partner_id uuid, scope text, from_at timestamptz';

/** Orders come about as they are placed: few stand behind a new one. For one that comes late, all are counted. */
const NEAR = 1_000;
const ALL = 2_000_000_000;

export class PostgresPeriods implements Periods {
  /** Of the periods that this transaction has opened. */
  private readonly opened = new Map<string, bigint>();

  constructor(private readonly db: Knex) {}

  async holdTerms(programIds: readonly Id<'prg'>[]): Promise<void> {
    await rowsOfOften(
      this.db,
      `select count(pg_advisory_xact_lock_shared(key))
       from (select hashtextextended('commission terms ' || id, 0) as key from unnest(:ids::text[]) as id order by key) as keys`,
      { ids: [...new Set(programIds)] },
    );
  }

  async changeTerms(programId: Id<'prg'>): Promise<void> {
    await rowsOf(this.db, `select pg_advisory_xact_lock(hashtextextended('commission terms ' || :id::text, 0))`, {
      id: programId,
    });
  }

  async ofOrders(orderIds: readonly Id<'ord'>[]): Promise<readonly Kept[]> {
    const rows = await rowsOfOften<KeptRow>(
      this.db,
      `select periods.program_id, periods.partner_id, periods.scope, periods.from_at, c.placed_at, c.order_id,
         c.partner_id as part_of, c.orders, c.revenue_minor as revenue, c.earned_minor as earned, c.wanted_minor,
         c.before_orders, c.before_revenue_minor as before_revenue, c.before_earned_minor as before_earned,
         c.total_orders, c.total_revenue_minor as total_revenue, c.total_earned_minor as total_earned
       from (select distinct id from unnest(:orderIds::uuid[]) as id) as wanted
       cross join lateral (select * from commission.contributions where order_id = wanted.id offset 0) as c
       cross join lateral (select * from commission.periods where id = c.period_id offset 0) as periods`,
      { orderIds: uuids(orderIds) },
    );
    return rows.map(toKept);
  }

  async open(periods: readonly PeriodKey[]): Promise<readonly PeriodTotal[]> {
    if (periods.length === 0) return [];
    const rows = await rowsOfOften<PeriodRow & FiguresRow & { readonly id: bigint }>(
      this.db,
      `insert into commission.periods as p (program_id, partner_id, scope, from_at)
       select * from jsonb_to_recordset(:rows::jsonb) as r (${PERIOD})
       order by program_id, partner_id, scope, from_at
       on conflict (program_id, partner_id, scope, from_at) do update set opened = p.opened + 1
       returning id, program_id, partner_id, scope, from_at, orders, revenue_minor as revenue, earned_minor as earned`,
      { rows: JSON.stringify(periods.map(periodColumns)) },
    );
    for (const row of rows) this.opened.set(periodName(toPeriod(row)), row.id);
    return rows.map(toTotal);
  }

  async behind(
    asked: readonly { readonly period: PeriodKey; readonly place: Place }[],
    without: readonly Id<'ord'>[],
  ): Promise<readonly Behind[]> {
    if (asked.length === 0) return [];
    const near = await this.sumsBehind(asked, without, NEAR);
    if (near.every(({ count }) => count < NEAR)) return near;
    return this.sumsBehind(asked, without, ALL);
  }

  async save({ totals, contributions, unchecked }: Changes, at: Instant): Promise<void> {
    if (contributions.length > 0) await this.contribute(contributions);
    if (totals.length > 0)
      await rowsOf(
        this.db,
        `update commission.periods as p
         set orders = r.orders, revenue_minor = r.revenue_minor, earned_minor = r.earned_minor
         from jsonb_to_recordset(:rows::jsonb) as r (id bigint, orders bigint, revenue_minor numeric, earned_minor numeric)
         where p.id = r.id`,
        { rows: this.json(totals.map(({ period, total }) => ({ period, ...figuresColumns('', total) }))) },
      );
    if (unchecked.length > 0) await this.markUnchecked(unchecked, at);
  }

  async nextUnchecked(): Promise<PeriodKey | undefined> {
    const [row] = await rowsOf<PeriodRow>(
      this.db,
      `select program_id, partner_id, scope, from_at from commission.periods
       where unchecked_since is not null
       order by unchecked_since
       limit 1`,
    );
    return row && toPeriod(row);
  }

  async misjudged(period: PeriodKey, thresholds: Thresholds, limit: number): Promise<readonly Id<'ord'>[]> {
    const rows = await this.misjudgedPlaces(period, thresholds, limit);
    return [...new Set(rows.map(({ order_id }) => fromUuid('ord', order_id)))];
  }

  async checked(period: PeriodKey, thresholds: Thresholds): Promise<void> {
    await this.open([period]);
    const [next] = await this.misjudgedPlaces(period, thresholds, 1);
    // The first that is misjudged is looked at again: the place to go on from is just before it.
    await rowsOf(
      this.db,
      next === undefined
        ? `update commission.periods
           set unchecked_since = null, unchecked_placed_at = null, unchecked_order_id = null, unchecked_partner_id = null
           where id = :id`
        : `update commission.periods
           set (unchecked_placed_at, unchecked_order_id, unchecked_partner_id) = (
             select placed_at, order_id, partner_id from commission.contributions
             where period_id = :id and (placed_at, order_id, partner_id) < (:placedAt, :orderId, :partOf)
             order by placed_at desc, order_id desc, partner_id desc
             limit 1)
           where id = :id and exists (
             select from commission.contributions
             where period_id = :id and (placed_at, order_id, partner_id) < (:placedAt, :orderId, :partOf))`,
      {
        id: this.idOf(period),
        ...(next && { placedAt: next.placed_at, orderId: next.order_id, partOf: next.partner_id }),
      },
    );
  }

  private async sumsBehind(
    asked: Parameters<Periods['behind']>[0],
    without: readonly Id<'ord'>[],
    most: number,
  ): Promise<readonly Behind[]> {
    const rows = await rowsOf<FiguresRow & { readonly count: bigint }>(this.db, BEHIND, {
      asked: JSON.stringify(
        asked.map(({ period, place }, index) => ({
          index,
          period_id: this.idOf(period).toString(),
          ...placeColumns(place, period.from),
        })),
      ),
      without: uuidsOf(without),
      most,
    });
    return rows.map(toBehind);
  }

  private misjudgedPlaces(
    period: PeriodKey,
    thresholds: Thresholds,
    limit: number,
  ): Promise<{ order_id: string; placed_at: Instant; partner_id: string }[]> {
    const texts = Object.entries(thresholds).map(([axis, values]) => [axis, (values as readonly bigint[]).map(String)]);
    return rowsOf(this.db, MISJUDGED, {
      ...periodColumns(period),
      ...(Object.fromEntries(texts) as Readonly<Record<string, unknown>>),
      limit,
    });
  }

  /** Whatever an order contributed from another place goes with it. */
  private async contribute(contributions: readonly Kept[]): Promise<void> {
    const rows = this.json(contributions.map((kept) => ({ ...toKeptRow(kept), period: kept.period })));
    await rowsOf(
      this.db,
      `delete from commission.contributions as c
       using jsonb_to_recordset(:rows::jsonb)
         as r (id bigint, placed_at timestamptz, order_id uuid, part_of uuid, is_gone boolean)
       where c.order_id = r.order_id and c.period_id = r.id and c.partner_id = r.part_of
         and (r.is_gone or c.placed_at <> r.placed_at)`,
      { rows },
    );
    await rowsOfOften(
      this.db,
      `insert into commission.contributions
         (period_id, placed_at, order_id, partner_id, orders, revenue_minor, earned_minor, wanted_minor,
          before_orders, before_revenue_minor, before_earned_minor, total_orders, total_revenue_minor, total_earned_minor)
       select id, placed_at, order_id, part_of, orders, revenue_minor, earned_minor, wanted_minor,
         before_orders, before_revenue_minor, before_earned_minor, total_orders, total_revenue_minor, total_earned_minor
       from jsonb_to_recordset(:rows::jsonb)
         as r (id bigint, placed_at timestamptz, order_id uuid, part_of uuid, is_gone boolean, orders integer,
           revenue_minor bigint, earned_minor bigint, wanted_minor bigint, before_orders bigint,
           before_revenue_minor numeric, before_earned_minor numeric, total_orders bigint, total_revenue_minor numeric,
           total_earned_minor numeric)
       where not is_gone
       order by id, placed_at, order_id, part_of
       on conflict (period_id, placed_at, order_id, partner_id) do update set
         orders = excluded.orders, revenue_minor = excluded.revenue_minor, earned_minor = excluded.earned_minor,
         wanted_minor = excluded.wanted_minor, before_orders = excluded.before_orders,
         before_revenue_minor = excluded.before_revenue_minor, before_earned_minor = excluded.before_earned_minor,
         total_orders = excluded.total_orders, total_revenue_minor = excluded.total_revenue_minor,
         total_earned_minor = excluded.total_earned_minor`,
      { rows },
    );
  }

  /** The earliest place counts; since when it has waited stays. */
  private async markUnchecked(unchecked: readonly Unchecked[], at: Instant): Promise<void> {
    await rowsOf(
      this.db,
      `update commission.periods as p
       set unchecked_since = coalesce(p.unchecked_since, :at),
         unchecked_placed_at = r.placed_at, unchecked_order_id = r.order_id, unchecked_partner_id = r.part_of
       from jsonb_to_recordset(:rows::jsonb) as r (id bigint, placed_at timestamptz, order_id uuid, part_of uuid)
       where p.id = r.id and (p.unchecked_since is null or (r.placed_at, r.order_id, r.part_of)
         < (p.unchecked_placed_at, p.unchecked_order_id, p.unchecked_partner_id))`,
      {
        at,
        rows: this.json(unchecked.map(({ period, behind }) => ({ period, ...placeColumns(behind, period.from) }))),
      },
    );
  }

  private json(rows: readonly { readonly period: PeriodKey }[]): string {
    return JSON.stringify(rows.map(({ period, ...row }) => ({ id: this.idOf(period).toString(), ...row })));
  }

  private idOf(period: PeriodKey): bigint {
    const id = this.opened.get(periodName(period));
    if (id === undefined) throw new Error(`the period ${periodName(period)} is not open`);
    return id;
  }
}
