-- phase: expand
-- All bookings keep the rules that know of entries beside commissions.
alter table settlement.bookings validate constraint bookings_purposes;
alter table settlement.bookings validate constraint bookings_about;
alter table settlement.bookings validate constraint bookings_adjust;
