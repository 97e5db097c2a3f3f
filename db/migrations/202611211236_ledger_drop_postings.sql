-- phase: contract
-- All of it is in ledger.entries.
drop table ledger.postings;
drop function ledger.carry_over_postings();
drop function ledger.refuse_unsound_postings();
