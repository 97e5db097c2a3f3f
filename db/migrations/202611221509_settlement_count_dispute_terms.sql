-- phase: expand
-- Which dispute terms a change was asked for of. Old code leaves the version as it was.
alter table settlement.dispute_terms add column version integer not null default 1;
