-- phase: expand
-- Orders of programs that did not exist wait for them, and a job looks every few seconds for those that exist by now.
-- transaction: none
drop index concurrently if exists attribution.conversions_of_strays;
create index concurrently if not exists conversions_of_strays
  on attribution.conversions (program_id, conversion_id) where reason = 'unknown_program';
