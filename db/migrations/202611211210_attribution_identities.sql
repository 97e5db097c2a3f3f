-- phase: expand
-- Who is one customer: statements that some keys belong together, and what was taken back. Old code never looks.

-- One statement. It is never changed; what is no longer so is said beside it.
create table attribution.identity_merges (
  id uuid primary key,
  number bigint generated always as identity,
  program_id uuid not null,
  cause text not null check (cause in ('order', 'touch', 'told')),
  order_id uuid check ((order_id is not null) = (cause = 'order')),
  told_by text check ((told_by is not null) = (cause = 'told') and length(told_by) between 1 and 200),
  reason text check (length(reason) between 1 and 500),
  refused_because text check (refused_because in ('too_many_keys', 'too_many_merges', 'consent_denied')),
  merged_at timestamptz not null
);
create index identity_merges_by_order on attribution.identity_merges (order_id, number) where order_id is not null;
create index identity_merges_refused on attribution.identity_merges (id) where refused_because is not null;

create table attribution.identity_undoings (
  merge_id uuid primary key references attribution.identity_merges,
  cause text not null check (cause in ('told', 'order_amended', 'consent_denied')),
  told_by text check ((told_by is not null) = (cause = 'told') and length(told_by) between 1 and 200),
  reason text check (length(reason) between 1 and 500),
  undone_at timestamptz not null
);
grant select, insert on attribution.identity_merges, attribution.identity_undoings to mod_attribution;

-- What each statement is about: `kind:value`. `stands` says whether it was neither refused nor undone; program and order are the statement's own.
create table attribution.identity_keys (
  merge_id uuid not null references attribution.identity_merges,
  key text not null check (key ~ '^(click|visitor|customer|email|phone):.' and length(key) <= 220),
  program_id uuid not null,
  order_id uuid,
  stands boolean not null,
  primary key (merge_id, key)
);
create index identity_keys_by_key on attribution.identity_keys (program_id, key, stands, merge_id);
create index identity_keys_by_order on attribution.identity_keys (order_id) where order_id is not null and stands;
grant select, insert, update (key, stands) on attribution.identity_keys to mod_attribution;

-- All that statements which stand connect with those keys, over however many others. `offset 0` keeps each step a look-up
-- by index: of a recursion no planner can tell how much it finds. It would rather read the whole table, and compile for long
-- what runs for a moment.
create function attribution.same_customer(program uuid, seeds text[])
returns table (merge_id uuid, key text, order_id uuid)
language sql
stable
set search_path = pg_catalog, pg_temp
set jit = off
rows 50
as $body$
  with recursive reached (key) as (
    select unnest(seeds)
    union
    select beside.key
    from reached
    cross join lateral (
      select own.merge_id from attribution.identity_keys as own
      where own.program_id = program and own.key = reached.key and own.stands
      offset 0
    ) as merge
    cross join lateral (
      select other.key from attribution.identity_keys as other
      where other.merge_id = merge.merge_id
      offset 0
    ) as beside
  )
  select own.merge_id, reached.key, own.order_id
  from reached
  cross join lateral (
    select each.merge_id, each.order_id from attribution.identity_keys as each
    where each.program_id = program and each.key = reached.key and each.stands
    offset 0
  ) as own
$body$;
