-- phase: contract
-- What is on its way stands in a table of its own.
-- transaction: none
drop index concurrently if exists settlement.payouts_on_their_way;
