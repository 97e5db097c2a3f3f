-- phase: expand
-- A plain batch is written with the rights of the owner, so that the program can be left without those to write a
-- transaction by any other way; and one without entries is refused by a sum, where a look at the commit cost a hundredth
-- of the speed. What it does is as before, for old code too.
create or replace function ledger.post_plainly(
  at timestamptz, trace text, earliest timestamptz,
  moved uuid[], nets bigint[], lows bigint[], highs bigint[], touched integer[],
  nths integer[], ids uuid[], counts smallint[], digests bytea[], purposes text[], metadata text[],
  effective timestamptz[], places integer[], minors bigint[], entered integer[],
  events uuid[], names text[], payloads text[]
) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
set jit = off
as $body$
declare
  numbers bigint[];
  is_out boolean;
begin
  -- The entries of each are looked at where they go in; those of a transaction that has none are looked at here.
  if (select sum(one) from unnest(counts) as one) is distinct from cardinality(places) then
    raise exception 'a ledger transaction of the batch is not whole'
      using errcode = 'check_violation', hint = 'it has as many entries as it says';
  end if;

  perform pg_advisory_xact_lock_shared(727430, 1);
  if exists (
      select
      from ledger.account_changes as change
      where account = any(touched) and state <> 'open' and not exists (
        select from ledger.account_changes as later
        where later.account = change.account and later.version > change.version
      )
    )
    or exists (select from ledger.closings where closed_before > earliest)
    or exists (select from ledger.journal where id = any(ids))
  then
    return false;
  end if;

  -- Undone by itself when a bound is in the way, so that this is an answer and not a failure in the server's log.
  begin
    -- Whoever moves the same accounts is waited for at the first of them: the update then sees what he has written, and
    -- does not come upon it row by row, each of which it would look up anew.
    perform from ledger.account_balances where account_id = any(moved[:8]) order by account_id for update;

    with kept as (
      update ledger.account_balances as balance
      set minor = balance.minor + net
      from (
        select unnest(moved) as account_id, unnest(nets) as net, unnest(lows) as low, unnest(highs) as high
      ) as change
      where balance.account_id = change.account_id
      returning balance.minor - net + low < floor + held or balance.minor - net > 9223372036854775807 - high as is_out
    )
    select bool_or(kept.is_out) into is_out from kept;
    if is_out then
      raise check_violation;
    end if;
  exception
    when check_violation or numeric_value_out_of_range then
      return false;
  end;

  -- Numbers are drawn by who holds the lock that the sealer waits for.
  lock table ledger.journal in row exclusive mode;
  numbers := array(select nextval('ledger.journal_number_seq') from unnest(ids));
  insert into ledger.journal (number, recorded_at, id, count, digest, purpose, metadata)
  select numbers[nth], at, id, count, digest, purpose, about::jsonb
  from (
    select unnest(nths) as nth, unnest(ids) as id, unnest(counts) as count, unnest(digests) as digest,
      unnest(purposes) as purpose, unnest(metadata) as about
  ) as one;

  insert into ledger.entries (position, minor, effective_at, account)
  select (numbers[place >> 10] << 10) + (place & 1023), minor, effective[place >> 10], account
  from (select unnest(places) as place, unnest(minors) as minor, unnest(entered) as account) as one;

  insert into ledger.outbox
    (event_id, type, version, aggregate, aggregate_version, partition_key, occurred_at, traceparent, payload)
  select event_id, 'ledger.transaction_posted', 1, aggregate, 1, aggregate, at, trace, payload::jsonb
  from (select unnest(events) as event_id, unnest(names) as aggregate, unnest(payloads) as payload) as one;
  return true;
end
$body$;
