-- phase: expand
-- Replays and reports go through a program's conversions by the time of the order. Old code never does.
-- transaction: none
drop index concurrently if exists attribution.conversions_by_period;
create index concurrently if not exists conversions_by_period
  on attribution.conversions (program_id, placed_at, conversion_id);
