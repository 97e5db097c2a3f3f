/**
 * Sums of what stands behind each place asked for, in one walk a period, from its end. The planner cannot know that
 * mostly there is next to nothing; the limit tells it to take the index.
 */
export const BEHIND = `
  with asked as (
    select * from jsonb_to_recordset(:asked::jsonb)
      as a (index integer, period_id bigint, placed_at timestamptz, order_id uuid, part_of uuid)
  ),
  first as (
    select distinct on (period_id) * from asked order by period_id, placed_at, order_id, part_of
  ),
  line as (
    select index, period_id, placed_at, order_id, part_of, 0 as orders, 0::bigint as revenue, 0::bigint as earned
    from asked
    union all
    select null, c.period_id, c.placed_at, c.order_id, c.partner_id, c.orders, c.revenue_minor, c.earned_minor
    from first cross join lateral (
      select * from commission.contributions
      where period_id = first.period_id
        and (placed_at, order_id, partner_id) > (first.placed_at, first.order_id, first.part_of)
        and order_id <> all(:without::uuid[])
      order by placed_at desc, order_id desc, partner_id desc
      limit :most
    ) as c
  )
  select index, orders, revenue, earned, count from (
    select index, sum(orders) over behind as orders, sum(revenue) over behind as revenue,
      sum(earned) over behind as earned, count(*) filter (where index is null) over behind as count
    from line
    window behind as (partition by period_id order by placed_at desc, order_id desc, part_of desc, index nulls last)
  ) as sums
  where index is not null
  order by index`;

/**
 * Where a contribution stands now beside where it stood when it was judged. It matters if a threshold lies between the
 * two, or between them and what the order adds.
 */
export const MISJUDGED = `
  with period as (
    select * from commission.periods
    where (program_id, partner_id, scope, from_at) = (:program_id, :partner_id, :scope, :from_at)
      and unchecked_since is not null
  ),
  line as (
    select c.*
    from period join commission.contributions c on c.period_id = period.id
      and (c.placed_at, c.order_id, c.partner_id)
        > (period.unchecked_placed_at, period.unchecked_order_id, period.unchecked_partner_id)
  ),
  behind as (
    select coalesce(sum(orders), 0) as orders, coalesce(sum(revenue_minor), 0) as revenue,
      coalesce(sum(earned_minor), 0) as earned
    from line
  ),
  standing as (
    select line.*, period.orders as all_orders, period.revenue_minor as all_revenue,
      period.orders - behind.orders + coalesce(sum(line.orders) over before, 0) as now_orders,
      period.revenue_minor - behind.revenue + coalesce(sum(line.revenue_minor) over before, 0) as now_revenue,
      period.earned_minor - behind.earned + coalesce(sum(line.earned_minor) over before, 0) as now_earned
    from line, period, behind
    window before as (order by line.placed_at, line.order_id, line.partner_id
      rows between unbounded preceding and 1 preceding)
  )
  select order_id, placed_at, partner_id from standing
  where before_orders is not null and (
    (now_earned <> before_earned_minor and exists (
      select from unnest(:earned::numeric[]) as threshold
      where threshold between least(now_earned, before_earned_minor)
        and greatest(now_earned, before_earned_minor) + greatest(wanted_minor, earned_minor)))
    or (now_orders <> before_orders and exists (
      select from unnest(:orders::numeric[]) as threshold
      where threshold between least(now_orders, before_orders) and greatest(now_orders, before_orders) + orders))
    or (now_revenue <> before_revenue_minor and exists (
      select from unnest(:revenue::numeric[]) as threshold
      where threshold between least(now_revenue, before_revenue_minor)
        and greatest(now_revenue, before_revenue_minor) + revenue_minor))
    or (total_orders <> all_orders and cardinality(:allOrders::numeric[]) > 0 and exists (
      select from unnest(:allOrders::numeric[]) as threshold
      where threshold > least(all_orders, total_orders) and threshold <= greatest(all_orders, total_orders)))
    or (total_revenue_minor <> all_revenue and cardinality(:allRevenue::numeric[]) > 0 and exists (
      select from unnest(:allRevenue::numeric[]) as threshold
      where threshold > least(all_revenue, total_revenue_minor) and threshold <= greatest(all_revenue, total_revenue_minor)))
  )
  order by placed_at, order_id, partner_id
  limit :limit`;
