-- phase: expand
-- All bookings keep the wider rule.
alter table settlement.bookings validate constraint bookings_spread;
