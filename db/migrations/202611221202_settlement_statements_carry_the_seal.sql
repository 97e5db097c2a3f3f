-- phase: expand
-- A statement carries the seal of the ledger from the close of its period. One that old code writes says nothing of it.
alter table settlement.statements add column seal_number integer, add column seal_head bytea;
