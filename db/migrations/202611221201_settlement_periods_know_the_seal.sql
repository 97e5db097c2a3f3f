-- phase: expand
-- How far the ledger was sealed when the statements of a period were written. Old code does not note it.
alter table settlement.periods add column seal_number integer, add column seal_head bytea;
