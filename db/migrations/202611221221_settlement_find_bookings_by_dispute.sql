-- phase: expand
-- The reserve of a dispute is held against what is booked for it. Other bookings are not in the index.
-- transaction: none
drop index concurrently if exists settlement.bookings_of_disputes;
create index concurrently if not exists bookings_of_disputes
  on settlement.bookings (subject) where purpose in ('dispute_open', 'dispute_close');
