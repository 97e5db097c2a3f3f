-- phase: expand
-- The check of each batch finds the currency of an account by the number that its entries name it by, at one look for two;
-- old code goes on as before. Who opens accounts meanwhile waits, so that none is left out.
lock table ledger.accounts in share row exclusive mode;

-- Nobody but the trigger below writes here: an account has the currency that it was opened with.
create table ledger.account_currencies (
  number integer primary key references ledger.account_numbers,
  currency char(3) not null
);
grant select on ledger.account_currencies to mod_ledger;
insert into ledger.account_currencies (number, currency)
select number, currency from ledger.account_numbers join ledger.accounts on accounts.id = account_id order by number;

create trigger append_only before update or delete or truncate on ledger.account_currencies
  for each statement execute function ledger.refuse_change();
alter table ledger.account_currencies enable always trigger append_only;

create or replace function ledger.number_accounts() returns trigger
language plpgsql
security definer
set search_path = pg_catalog
as $body$
begin
  with numbered as (
    insert into ledger.account_numbers (account_id) select id from new_accounts order by code
    returning number, account_id
  )
  insert into ledger.account_currencies (number, currency)
  select number, currency from numbered join new_accounts on id = account_id;
  return null;
end
$body$;

create or replace function ledger.refuse_unsound_entries() returns trigger
language plpgsql
set enable_seqscan = off
set enable_hashjoin = on
set enable_mergejoin = on
set jit = off
as $body$
declare
  currencies text[];
  unsound bigint;
begin
  currencies := array(
    select distinct (select currency from ledger.account_currencies where number = named.account)
    from (select distinct account from new_entries) as named
  );

  select number into unsound
  from (
    select position >> 10 as number, sum(minor) as total, count(*) as entries, max(position & 1023) as last,
      min(effective_at) as first_at, max(effective_at) as last_at
    from new_entries
    group by position >> 10
  ) as whole
  where total <> 0
    or entries <> last
    or first_at <> last_at
    or entries is distinct from (
      select count from ledger.journal where journal.number = whole.number and xmin = pg_current_xact_id()::xid
    )
  limit 1;

  -- Null is the currency of an account that is not there.
  if unsound is null and (cardinality(currencies) > 1 or currencies[1] is null) then
    select entry.number into unsound
    from (
      select position >> 10 as number, minor, (
        select currency from ledger.account_currencies where number = account
      ) as currency
      from new_entries
    ) as entry
    group by entry.number, currency
    having sum(minor) <> 0 or currency is null
    limit 1;
  end if;

  if unsound is not null then
    raise exception 'the entries of ledger transaction % are not sound', unsound
      using errcode = 'check_violation', hint = 'they come at once, on accounts, and sum to zero in each currency';
  end if;
  return null;
end
$body$;
