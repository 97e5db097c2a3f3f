-- phase: expand
-- A break may be about a trade or a remittance. Old code knows none.
alter table settlement.breaks
  add column expected_id uuid,
  add column expected_kind text;
alter table settlement.breaks add constraint breaks_know_what_is_expected check (
  (expected_id is null) = (expected_kind is null) and expected_kind in ('trade', 'remittance')
) not valid;
