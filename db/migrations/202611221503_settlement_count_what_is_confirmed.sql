-- phase: expand
-- How many lines of a statement confirmed what was booked before them. Of statements that came before, and of those that old
-- code takes in, nobody has counted them.
alter table settlement.bank_statements add column confirmed integer not null default 0;
