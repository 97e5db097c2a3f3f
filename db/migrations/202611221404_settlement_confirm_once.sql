-- phase: expand
-- What is expected is confirmed by one line at a time, whoever says so.
-- transaction: none
drop index concurrently if exists settlement.matches_confirm_once;
create unique index concurrently if not exists matches_confirm_once
  on settlement.matches (expected_id, expected_kind, expected_direction)
  where action = 'confirm' and state in ('made', 'undo_proposed');
