-- phase: expand
-- Entries name an account by a short number; credit limits, a place in a tree and metadata are new. Old code leaves all of
-- it to the defaults and the trigger.
create table ledger.account_numbers (
  number integer primary key generated always as identity,
  account_id uuid not null unique
);
grant select, insert on ledger.account_numbers to mod_ledger;

alter table ledger.accounts add column credit_limit bigint;
alter table ledger.accounts add column parent_code text collate "C";
alter table ledger.accounts add column metadata jsonb;
alter table ledger.accounts add constraint limit_is_of_a_bound
  check (credit_limit is null or (credit_limit >= 0 and bound = 'no_overdraft')) not valid;

create function ledger.number_accounts() returns trigger
language plpgsql
as $body$
begin
  insert into ledger.account_numbers (account_id) select id from new_accounts order by code;
  return null;
end
$body$;
create trigger numbered after insert on ledger.accounts
  referencing new table as new_accounts
  for each statement execute function ledger.number_accounts();
insert into ledger.account_numbers (account_id) select id from ledger.accounts order by code;

create trigger append_only before update or delete or truncate on ledger.account_numbers
  for each statement execute function ledger.refuse_change();
alter table ledger.account_numbers enable always trigger append_only;
