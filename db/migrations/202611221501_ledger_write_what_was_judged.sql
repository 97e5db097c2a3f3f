-- phase: expand
-- A batch that was judged is written by a function too, whole, with the rights of the owner. Old code writes its rows.

-- Transactions are numbered as they come, and go in by id, so that twins wait for each other in one order; entries only
-- where their transaction went in. Those of an account go in together, so they reach its index in one place. Returns the
-- ids that were taken.
create function ledger.write_judged(
  at timestamptz, ids uuid[], reversed uuid[], counts smallint[], digests bytea[], purposes text[], metadata jsonb[],
  entry_ids uuid[], nths smallint[], minors bigint[], effective timestamptz[], entered integer[],
  moved uuid[], nets bigint[]
) returns setof uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $body$
begin
  -- The entries of each are looked at where they go in; those of a transaction that has none are looked at here.
  if exists (select unnest(ids) except select unnest(entry_ids)) then
    raise exception 'a ledger transaction of the batch is not whole'
      using errcode = 'check_violation', hint = 'it has as many entries as it says';
  end if;

  -- Numbers are drawn by who holds the lock that the sealer waits for.
  lock table ledger.journal in row exclusive mode;
  return query
  with numbered as materialized (
    select nextval('ledger.journal_number_seq') as number, one.*
    from unnest(ids, reversed, counts, digests, purposes, metadata) as one (id, reverses, count, digest, purpose, about)
  ),
  posted as (
    insert into ledger.journal (number, recorded_at, id, reverses, count, digest, purpose, metadata)
    select number, at, id, reverses, count, digest, purpose, about
    from numbered
    order by id
    on conflict do nothing
    returning journal.id, journal.number
  ),
  entries as (
    insert into ledger.entries (position, minor, effective_at, account)
    select (number << 10) + nth, minor, effective_at, account
    from unnest(entry_ids, nths, minors, effective, entered) as one (id, nth, minor, effective_at, account)
    join posted using (id)
    order by account, number, nth
  ),
  balances as (
    update ledger.account_balances
    set minor = account_balances.minor + change.minor
    from unnest(moved, nets) as change (account_id, minor)
    where account_balances.account_id = change.account_id
  )
  select id from unnest(ids) as one (id) where id not in (select posted.id from posted);
end
$body$;
