-- phase: expand
-- Which settings a change was asked for of. Old code leaves the version as it was.
alter table settlement.reconciliation_settings add column version integer not null default 1;
