-- phase: expand
-- One batch a close for each rail and currency.
-- transaction: none
drop index concurrently if exists settlement.payout_batches_once;
create unique index concurrently if not exists payout_batches_once
  on settlement.payout_batches (program_id, period, coalesce(rail, 'bank'), currency);
