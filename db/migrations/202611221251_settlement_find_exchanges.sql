-- phase: expand
-- What a program held of a currency at the end of a period is read from the bookings that crossed currencies.
-- transaction: none
drop index concurrently if exists settlement.bookings_by_counter_currency;
create index concurrently if not exists bookings_by_counter_currency
  on settlement.bookings (program_id, counter_currency, effective_at) where counter_currency is not null;
