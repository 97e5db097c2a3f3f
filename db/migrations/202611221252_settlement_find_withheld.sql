-- phase: expand
-- How much is withheld for an office and not yet paid to it is the sum of few bookings among many.
-- transaction: none
drop index concurrently if exists settlement.bookings_of_taxes;
create index concurrently if not exists bookings_of_taxes
  on settlement.bookings (program_id, (pots ->> 'tax')) where purpose in ('withhold', 'restore_tax', 'remit_tax');
