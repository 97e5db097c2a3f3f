-- phase: expand
-- What is expected and overdue is noted once.
-- transaction: none
drop index concurrently if exists settlement.breaks_of_expected;
create index concurrently if not exists breaks_of_expected on settlement.breaks (expected_id)
  where expected_id is not null;
