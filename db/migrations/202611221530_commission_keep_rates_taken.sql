-- phase: expand
-- By what an order was converted first, it is converted ever after: a rate of before its moment that comes later changes
-- nothing that was calculated. Append-only. Old code does not know it, and takes the latest rate each time.
create table commission.rates_taken (
  order_id uuid not null,
  source text not null,
  from_currency char(3) not null,
  to_currency char(3) not null,
  wanted_at timestamptz not null,
  rate text not null,
  rate_at timestamptz not null,
  taken_at timestamptz not null,
  primary key (order_id, source, from_currency, to_currency, wanted_at)
);

grant select, insert on commission.rates_taken to mod_commission;
