-- phase: expand
-- The rate of a currency at a moment, whatever base it is quoted in. The table is new and empty.
create index exchange_rates_by_currency on commission.exchange_rates (source, currency, at desc);
