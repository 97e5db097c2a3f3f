-- phase: contract
-- All code writes transactions by the two functions, which write them whole: nobody can leave one without its entries by
-- hand, nor call the functions but the ledger.
revoke insert on ledger.journal, ledger.entries from mod_ledger;
revoke usage on sequence ledger.journal_number_seq from mod_ledger;
revoke execute on all functions in schema ledger from public;
grant execute on all functions in schema ledger to mod_ledger;
