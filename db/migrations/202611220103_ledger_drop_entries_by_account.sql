-- phase: contract
-- Nothing asks for entries by the moment alone any more, without its hour.
-- transaction: none
drop index concurrently if exists ledger.entries_by_account;
