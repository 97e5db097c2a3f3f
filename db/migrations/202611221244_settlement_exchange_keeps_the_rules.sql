-- phase: expand
-- All bookings and payouts keep the wider rules.
alter table settlement.bookings validate constraint bookings_spread;
alter table settlement.payouts validate constraint payouts_leaves;
