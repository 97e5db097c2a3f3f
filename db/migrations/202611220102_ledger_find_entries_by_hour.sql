-- phase: expand
-- Entries of an account within an hour share one entry of the index, in a seventh of the room that one each takes; within
-- the hour they are sorted as they are read.
-- transaction: none
drop index concurrently if exists ledger.entries_by_account_and_hour;
create index concurrently if not exists entries_by_account_and_hour
  on ledger.entries (account, date_bin('1 hour', effective_at, 'epoch'));
