-- phase: expand
-- Which other account pays in another currency than the books'; the current one pays in theirs.
alter table settlement.bank_accounts add column pays_in text;
