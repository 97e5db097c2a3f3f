-- phase: expand
-- A program pays in each foreign currency from one account.
-- transaction: none
drop index concurrently if exists settlement.bank_accounts_paying;
create unique index concurrently if not exists bank_accounts_paying
  on settlement.bank_accounts (program_id, pays_in) where pays_in is not null;
