-- phase: expand
-- When orders came to their milestones: what forecasts learn from. Of two tellings the later one stays.
create table reporting.milestones (
  order_id uuid not null,
  milestone text not null check (length(milestone) <= 50),
  program_id uuid not null,
  reached_at timestamptz not null,
  version bigint not null,
  event_id uuid not null,
  primary key (order_id, milestone)
);

-- Budgets of promotions, and whether they are expected to be used up: who is told of it is told once a crossing.
create table reporting.budgets (
  program_id uuid not null,
  group_name text not null check (length(group_name) <= 200),
  budget_minor bigint not null check (budget_minor >= 0),
  is_at_risk boolean not null,
  changed_at timestamptz not null,
  primary key (program_id, group_name)
);

-- When somebody last looked at all budgets, in the machine's time.
create table reporting.budget_looks (
  is_only boolean primary key default true check (is_only),
  looked_at timestamptz not null
);

grant select, insert, update on reporting.milestones, reporting.budgets, reporting.budget_looks to mod_reporting;
