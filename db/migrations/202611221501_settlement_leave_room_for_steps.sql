-- phase: expand
-- A payout takes several steps: with half of a page left for them, each is written there, and no index hears of it.
alter table settlement.payouts set (fillfactor = 50);
