-- phase: expand
-- The check of each batch looks up an account once, however often it is posted to, and is never compiled: that took
-- longer than the check itself.
create or replace function ledger.refuse_unsound_entries() returns trigger
language plpgsql
set enable_seqscan = off
set jit = off
as $body$
declare
  unsound bigint;
begin
  with accounts as materialized (
    select account, (
      select currency
      from ledger.account_numbers
      join ledger.accounts on accounts.id = account_numbers.account_id
      where account_numbers.number = named.account
    ) as currency
    from (select distinct account from new_entries) as named
  ),
  by_currency as (
    select position >> 10 as number, currency, sum(minor) as total, count(*) as entries, count(currency) as known,
      max(position & 1023) as last, min(effective_at) as first_at, max(effective_at) as last_at
    from new_entries
    join accounts using (account)
    group by position >> 10, currency
  )
  select number into unsound
  from by_currency
  group by number
  having bool_or(total <> 0)
    or sum(known) <> sum(entries)
    or sum(entries) <> max(last)
    or min(first_at) <> max(last_at)
    or sum(entries) is distinct from (
      select count from ledger.journal where journal.number = by_currency.number and xmin = pg_current_xact_id()::xid
    )
  limit 1;
  if found then
    raise exception 'the entries of ledger transaction % are not sound', unsound
      using errcode = 'check_violation', hint = 'they come at once, on accounts, and sum to zero in each currency';
  end if;
  return null;
end
$body$;
