-- phase: expand
-- What there is nothing to judge about is posted by one call: one way to the server and back, and nobody's balance is
-- locked while the program thinks. Old code posts in a transaction of several statements, and waits for the same locks.

-- Posts all of a batch and tells of it. Or changes nothing and answers false: an id is known, an account is not open, a
-- closing is later than the earliest moment, or a bounded account would leave its bounds on the way. Which transaction is
-- then refused, and why, is for the program to judge, with the locks of a transaction.
--
-- Bounded accounts come sorted by id, so their rows are locked in the one order everybody keeps: the planner settings hold
-- the plan to that order. Of each: what it moves by in all, how far it sinks at the lowest (null where nothing is taken from
-- it), and how far it rises. Ids come sorted too; a number and a place are those of the order in which the batch was posted.
-- The place is 1,024 times the nth of its transaction, and which of its entries this is.
create function ledger.post_plainly(
  at timestamptz, trace text, earliest timestamptz,
  moved uuid[], nets bigint[], lows bigint[], highs bigint[], touched integer[],
  nths integer[], ids uuid[], counts smallint[], digests bytea[], purposes text[], metadata text[],
  effective timestamptz[], places integer[], minors bigint[], entered integer[],
  events uuid[], names text[], payloads text[]
) returns boolean
language plpgsql
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
    with kept as (
      update ledger.account_balances as balance
      set minor = balance.minor + net
      from unnest(moved, nets, lows, highs) as change (account_id, net, low, high)
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
  from unnest(nths, ids, counts, digests, purposes, metadata) as one (nth, id, count, digest, purpose, about);

  insert into ledger.entries (position, minor, effective_at, account)
  select (numbers[place >> 10] << 10) + (place & 1023), minor, effective[place >> 10], account
  from unnest(places, minors, entered) as one (place, minor, account);

  insert into ledger.outbox
    (event_id, type, version, aggregate, aggregate_version, partition_key, occurred_at, traceparent, payload)
  select event_id, 'ledger.transaction_posted', 1, aggregate, 1, aggregate, at, trace, payload::jsonb
  from unnest(events, names, payloads) as one (event_id, aggregate, payload);
  return true;
end
$body$;
