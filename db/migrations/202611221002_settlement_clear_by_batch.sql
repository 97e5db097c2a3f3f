-- phase: expand
-- A batch has a clearing account of its own, so that finance sees at a glance which one has not come to zero. Payouts
-- that old code decides, or sent, stay with the program's account.
alter table settlement.payouts add column cleared_by_batch boolean;
