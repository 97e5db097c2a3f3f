-- phase: expand
-- A line of the bank may confirm what we have booked before: a side of a trade, or a remittance. Old code knows neither.
alter table settlement.matches
  add column expected_id uuid,
  add column expected_kind text,
  add column expected_direction text;
alter table settlement.matches drop constraint matches_action_check;
alter table settlement.matches add constraint matches_known_action check (
  action in ('settle', 'return', 'reject', 'offset', 'confirm')
) not valid;
alter table settlement.matches drop constraint matches_rule_check;
alter table settlement.matches add constraint matches_known_rule check (
  rule in ('reference', 'batch', 'account', 'sum', 'amount', 'by_hand')
) not valid;
alter table settlement.matches add constraint matches_confirm_what_is_expected check (
  (action = 'confirm') = (expected_id is not null)
  and (expected_id is null) = (expected_kind is null)
  and (expected_id is null) = (expected_direction is null)
  and expected_kind in ('trade', 'remittance')
  and expected_direction in ('debit', 'credit')
) not valid;
