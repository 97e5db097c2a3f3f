-- phase: expand
-- A partner's balance is its last statement and what moved it since; what stands beside it is a few bookings of many.
-- transaction: none
drop index concurrently if exists settlement.bookings_moving;
create index concurrently if not exists bookings_moving on settlement.bookings (program_id, partner_id, period)
  where purpose not in ('accrue', 'raise', 'reduce', 'reverse', 'settle', 'return');
drop index concurrently if exists settlement.bookings_aside;
create index concurrently if not exists bookings_aside on settlement.bookings (program_id, partner_id, period)
  where purpose in ('hold', 'release', 'reserve', 'release_reserve', 'raise_receivable', 'recover', 'write_off', 'forfeit', 'dispute_open', 'dispute_close');
