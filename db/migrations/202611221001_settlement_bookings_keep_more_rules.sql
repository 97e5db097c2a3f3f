-- phase: expand
-- All bookings keep the wider rules.
alter table settlement.bookings validate constraint bookings_known_purposes;
alter table settlement.bookings validate constraint bookings_are_about;
alter table settlement.bookings validate constraint bookings_of_payouts;
alter table settlement.bookings validate constraint bookings_of_partners;
alter table settlement.bookings validate constraint bookings_counter;
alter table settlement.bookings validate constraint bookings_moves;
alter table settlement.bookings validate constraint bookings_mirrored;
