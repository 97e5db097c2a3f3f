-- phase: expand
-- What was counted each day, and how each commission, conversion, statement and payout stands: all from what was heard.
select platform.add_module('reporting');

-- Sums. No partner: of what is nobody's. No currency: of what has no amount.
create table reporting.daily (
  program_id uuid not null,
  partner_id uuid,
  day date not null,
  measure text not null check (length(measure) <= 50),
  currency char(3),
  count bigint not null,
  minor bigint not null,
  unique nulls not distinct (program_id, day, partner_id, measure, currency)
) with (fillfactor = 70);

create table reporting.commission_status (
  commission_id uuid primary key,
  program_id uuid not null,
  partner_id uuid not null,
  order_id uuid,
  order_ref text,
  state text not null default 'unknown' check (
    state in ('unknown', 'estimated', 'pending', 'vesting', 'vested', 'held', 'reversed', 'locked', 'settled', 'paid')
  ),
  currency char(3),
  amount_minor bigint not null default 0 check (amount_minor >= 0),
  vested_minor bigint not null default 0 check (vested_minor between 0 and amount_minor),
  clawed_back_minor bigint not null default 0 check (clawed_back_minor >= 0),
  paid_minor bigint not null default 0 check (paid_minor >= 0),
  locks_at timestamptz,
  facts jsonb
) with (fillfactor = 60);
create index commission_status_by_owner on reporting.commission_status (program_id, partner_id);

-- `version` and `event_id` say which telling is known; an earlier one does not replace a later one.
create table reporting.conversions (
  conversion_id uuid primary key,
  order_id uuid not null,
  program_id uuid not null,
  partner_id uuid,
  placed_at timestamptz not null,
  version bigint not null,
  event_id uuid not null
);
create index conversions_by_owner on reporting.conversions (program_id, partner_id);

create table reporting.assessments (
  order_id uuid not null,
  partner_id uuid not null,
  program_id uuid not null,
  verdict text not null check (verdict in ('allow', 'review', 'reject')),
  reasons jsonb not null,
  assessed_at timestamptz not null,
  version bigint not null,
  event_id uuid not null,
  primary key (order_id, partner_id)
);

create table reporting.statements (
  statement_id uuid primary key,
  number text not null,
  program_id uuid not null,
  partner_id uuid not null,
  period text not null,
  closing_minor bigint not null,
  currency char(3) not null,
  closed_at timestamptz not null
);
create index statements_by_owner on reporting.statements (program_id, partner_id);

create table reporting.payouts (
  payout_id uuid primary key,
  program_id uuid not null,
  partner_id uuid not null,
  state text not null default 'submitted' check (state in ('submitted', 'settled', 'failed', 'returned')),
  currency char(3) not null,
  amount_minor bigint not null check (amount_minor >= 0),
  facts jsonb
) with (fillfactor = 70);
create index payouts_by_owner on reporting.payouts (program_id, partner_id);

grant select, insert, update on reporting.daily, reporting.commission_status, reporting.conversions,
  reporting.assessments, reporting.payouts to mod_reporting;
grant select, insert on reporting.statements to mod_reporting;
