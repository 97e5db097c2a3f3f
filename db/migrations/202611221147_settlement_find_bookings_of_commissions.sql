-- phase: expand
-- Orders, commissions and the ledger are held against each other commission by commission.
-- transaction: none
drop index concurrently if exists settlement.bookings_by_commission;
create index concurrently if not exists bookings_by_commission on settlement.bookings (commission_id)
  where commission_id is not null;
