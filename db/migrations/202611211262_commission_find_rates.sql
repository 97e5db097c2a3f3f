-- phase: expand
-- The rate of a currency at a moment, whatever base it is quoted in. Old code never asks that.
-- transaction: none
drop index concurrently if exists commission.exchange_rates_by_currency;
create index concurrently if not exists exchange_rates_by_currency
  on commission.exchange_rates (source, currency, at desc);
