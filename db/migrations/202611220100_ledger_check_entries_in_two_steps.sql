-- phase: expand
-- The check of each batch looks at sums by currency only where there are several, and finds what it refers to whatever
-- the planner was told by whoever inserts.
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
    select distinct (
      select currency
      from ledger.account_numbers
      join ledger.accounts on accounts.id = account_numbers.account_id
      where account_numbers.number = named.account
    )
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
    select number into unsound
    from (
      select position >> 10 as number, minor, (
        select currency
        from ledger.account_numbers
        join ledger.accounts on accounts.id = account_numbers.account_id
        where account_numbers.number = new_entries.account
      ) as currency
      from new_entries
    ) as entry
    group by number, currency
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
