-- phase: expand
-- Entries beside commissions move a partner's available balance too, and stand for themselves in a payout. Old code books
-- none and pays for none; a period it closes meanwhile differs from the ledger, is refused, and is closed by new code.
alter table settlement.bookings
  add column adjustment_id uuid,
  add column adjusts_minor bigint;
alter table settlement.bookings drop constraint bookings_purpose_check;
alter table settlement.bookings drop constraint bookings_check;
alter table settlement.bookings add constraint bookings_purposes check (purpose in (
  'accrue', 'raise', 'reduce', 'reverse', 'lock', 'claw_back', 'submit', 'settle', 'return', 'restore',
  'adjust_up', 'adjust_down'
)) not valid;
alter table settlement.bookings add constraint bookings_about check (
  num_nonnulls(commission_id, payout_id) = 1 or (adjustment_id is not null and payout_id is null)
) not valid;
alter table settlement.bookings add constraint bookings_adjust check (
  (adjustment_id is not null) = (purpose in ('adjust_up', 'adjust_down'))
  and adjusts_minor is not distinct from case purpose when 'adjust_up' then amount_minor when 'adjust_down' then -amount_minor end
) not valid;

create table settlement.adjustment_allocations (
  payout_id uuid not null,
  adjustment_id uuid not null,
  amount_minor bigint not null check (amount_minor <> 0),
  primary key (payout_id, adjustment_id)
);
create index adjustment_allocations_by_adjustment on settlement.adjustment_allocations (adjustment_id);
create trigger append_only before update or delete or truncate on settlement.adjustment_allocations
  for each statement execute function settlement.refuse_change();
grant select, insert on settlement.adjustment_allocations to mod_settlement;
