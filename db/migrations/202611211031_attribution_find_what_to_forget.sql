-- phase: expand
-- Whoever forgets needs to find what is left to forget, and it is the least of all touches. Old code never looks.
-- transaction: none
drop index concurrently if exists attribution.touchpoints_to_forget;
create index concurrently if not exists touchpoints_to_forget on attribution.touchpoints (recorded_at, click_id)
  where user_agent is not null or network is not null;
