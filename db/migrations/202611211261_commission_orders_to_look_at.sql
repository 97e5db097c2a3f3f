-- phase: expand
-- Orders that nobody can calculate are a list of their own, with the reason, and those to be reckoned again wait in a
-- queue. Old code parks the first and does not know the second.
create table commission.uncalculated (
  order_id uuid primary key,
  program_id uuid not null,
  order_ref text not null,
  code text not null,
  detail text not null,
  since timestamptz not null
);
create index uncalculated_by_age on commission.uncalculated (since, order_id);

create table commission.to_reckon (
  order_id uuid primary key,
  since timestamptz not null
);
create index to_reckon_by_age on commission.to_reckon (since, order_id);

-- Append-only: an order is converted by what was known of its moment.
create table commission.exchange_rates (
  source text not null,
  base char(3) not null,
  currency char(3) not null check (currency <> base),
  at timestamptz not null,
  rate numeric not null check (rate > 0),
  recorded_at timestamptz not null,
  primary key (source, base, currency, at)
);

grant select, insert, update, delete on commission.uncalculated, commission.to_reckon to mod_commission;
grant select, insert on commission.exchange_rates to mod_commission;
