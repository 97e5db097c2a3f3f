-- phase: expand
-- Part of a balance may be held for what is to be posted, and a bounded account may have a credit limit: its floor is
-- then below zero. Old code knows neither, and is refused by the check where it would break one.
alter table ledger.account_balances add column held bigint not null default 0;
alter table ledger.account_balances add column floor bigint not null default 0;
alter table ledger.account_balances drop constraint account_balances_minor_check;
alter table ledger.account_balances add constraint bound_is_kept
  check (held >= 0 and floor <= 0 and minor - held >= floor) not valid;
