-- phase: expand
-- Tiers, limits and budgets go by what the orders of a period have come to: totals that are locked while somebody judges
-- an order by them, and what each order adds, in its place. Old code knows neither.
create table commission.periods (
  id bigint generated always as identity primary key,
  program_id uuid not null,
  -- Of the whole program: all zeros.
  partner_id uuid not null,
  scope text not null,
  from_at timestamptz not null,
  orders bigint not null default 0,
  revenue_minor numeric not null default 0,
  earned_minor numeric not null default 0,
  opened bigint not null default 0,
  -- Orders behind this place may have been judged by figures that no longer hold.
  unchecked_placed_at timestamptz,
  unchecked_order_id uuid,
  unchecked_partner_id uuid,
  unchecked_since timestamptz,
  unique (program_id, partner_id, scope, from_at),
  check ((unchecked_since is null) = (unchecked_placed_at is null)
    and (unchecked_since is null) = (unchecked_order_id is null)
    and (unchecked_since is null) = (unchecked_partner_id is null))
) with (fillfactor = 50);
create index periods_unchecked on commission.periods (unchecked_since) where unchecked_since is not null;

create table commission.contributions (
  period_id bigint not null references commission.periods,
  placed_at timestamptz not null,
  order_id uuid not null,
  partner_id uuid not null,
  orders integer not null,
  revenue_minor bigint not null,
  earned_minor bigint not null,
  wanted_minor bigint not null,
  -- By which figures it was judged; null where it stays as it is whatever becomes of the others.
  before_orders bigint,
  before_revenue_minor numeric,
  before_earned_minor numeric,
  total_orders bigint,
  total_revenue_minor numeric,
  total_earned_minor numeric,
  primary key (period_id, placed_at, order_id, partner_id)
);
create index contributions_by_order on commission.contributions (order_id);

grant select, insert, update on commission.periods to mod_commission;
grant select, insert, update, delete on commission.contributions to mod_commission;
