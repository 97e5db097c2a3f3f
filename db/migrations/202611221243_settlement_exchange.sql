-- phase: expand
-- Payouts in other currencies than the books': what is held of each currency, what people trade, and what open positions
-- are worth at the end of a period.
-- How a program exchanges. Whoever has not said it pays in the currency of its books alone.
create table settlement.fx_settings (
  program_id uuid primary key,
  source text not null check (length(source) between 1 and 40),
  spread_basis_points integer not null check (spread_basis_points between 0 and 1000),
  oldest_rate_hours integer not null check (oldest_rate_hours between 1 and 2400),
  four_eyes_above_minor bigint not null check (four_eyes_above_minor >= 0),
  set_by text not null,
  set_at timestamptz not null
);

-- What is held, and what it has cost in the currency of the books, by average; negative while more was sent than bought.
create table settlement.fx_positions (
  program_id uuid not null,
  currency text not null,
  quantity_minor bigint not null,
  cost_minor bigint not null,
  realised_minor bigint not null,
  primary key (program_id, currency),
  check (quantity_minor <> 0 or cost_minor = 0)
) with (fillfactor = 80);

create table settlement.fx_trades (
  id uuid primary key,
  program_id uuid not null,
  -- The bank's own word for it, so that no trade is told twice.
  reference text not null check (length(reference) between 1 and 100),
  sold_minor bigint not null check (sold_minor > 0),
  sold_currency text not null,
  bought_minor bigint not null check (bought_minor > 0),
  bought_currency text not null,
  traded_at timestamptz not null,
  state text not null check (state in ('proposed', 'booked', 'declined')),
  made_by text not null,
  made_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  check (sold_currency <> bought_currency),
  check (state <> 'booked' or decided_by is null or decided_by <> made_by)
) with (fillfactor = 80);
create unique index fx_trades_once on settlement.fx_trades (program_id, reference) where state <> 'declined';
create index fx_trades_by_program on settlement.fx_trades (program_id, id);

-- Append-only: what open positions were worth at the end of a period, by which rate.
create table settlement.fx_valuations (
  program_id uuid not null,
  period text not null,
  currency text not null,
  quantity_minor bigint not null,
  cost_minor bigint not null,
  market_minor bigint not null,
  rate jsonb not null,
  valued_at timestamptz not null,
  primary key (program_id, period, currency)
);
create trigger append_only before update or delete or truncate on settlement.fx_valuations
  for each statement execute function settlement.refuse_change();

grant select, insert, update on settlement.fx_settings to mod_settlement;
grant select, insert, update on settlement.fx_positions to mod_settlement;
grant select, insert, update (state, decided_by, decided_at) on settlement.fx_trades to mod_settlement;
grant select, insert on settlement.fx_valuations to mod_settlement;
