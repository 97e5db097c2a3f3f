-- phase: expand
-- A close reads the lines of a period partner by partner, as many at a time as it can hold.
-- transaction: none
drop index concurrently if exists settlement.bookings_on_statement;
create index concurrently if not exists bookings_on_statement
  on settlement.bookings (program_id, period, partner_id, effective_at, seq)
  where purpose in (
    'lock', 'adjust_up', 'adjust_down', 'claw_back', 'submit', 'restore', 'hold', 'release', 'reserve', 'release_reserve',
    'raise_receivable', 'recover', 'forfeit', 'withhold', 'restore_tax'
  );
