-- phase: expand
-- All batches go by a rail we know.
alter table settlement.payout_batches validate constraint payout_batches_rails;
