-- phase: expand
-- From an account to those below it.
-- transaction: none
drop index concurrently if exists ledger.accounts_by_parent;
create index concurrently if not exists accounts_by_parent on ledger.accounts (parent_code) where parent_code is not null;
