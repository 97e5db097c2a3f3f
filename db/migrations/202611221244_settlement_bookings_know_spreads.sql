-- phase: expand
-- What the house keeps of an exchange stands with the booking that exchanges. Old code exchanges nothing.
alter table settlement.bookings add column spread_minor bigint;
alter table settlement.bookings add constraint bookings_spread
  check (spread_minor is null or (spread_minor > 0 and counter_minor is not null)) not valid;
