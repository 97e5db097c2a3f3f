-- phase: contract
-- All of it is in ledger.journal.
drop table ledger.transactions;
drop function ledger.refuse_empty_transactions();
