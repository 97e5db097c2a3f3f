-- phase: expand
-- What every module stands on: the messaging tables each module's schema gets, HTTP idempotency, the sandbox clock.
create schema platform;

do $$
begin
  if not exists (select from pg_roles where rolname = 'mod_platform') then
    create role mod_platform nologin;
  end if;
end
$$;
grant mod_platform to current_user;
grant usage on schema platform to mod_platform;

-- One row an Idempotency-Key in use. The module that does the work finishes the row in the work's own transaction.
create table platform.idempotency_keys (
  scope text not null check (length(scope) <= 400),
  key text not null check (length(key) between 1 and 255),
  fingerprint text not null,
  state text not null check (state in ('started', 'finished')),
  locked_until timestamptz not null,
  status integer,
  headers json,
  body json,
  first_seen_at timestamptz not null,
  primary key (scope, key),
  check (state = 'started' or status is not null)
);
create index idempotency_keys_by_age on platform.idempotency_keys (first_seen_at);
grant select, insert, update, delete on platform.idempotency_keys to mod_platform;

-- The test clock of a sandbox; no row means real time.
create table platform.sandbox_clock (
  only_row boolean primary key default true check (only_row),
  now timestamptz not null
);
grant select, insert, update, delete on platform.sandbox_clock to mod_platform;

-- The lane of a partition key at the broker: the first 28 bits of its MD5, as the program computes it too.
create function platform.lane(partition_key text, lanes integer) returns integer
language sql immutable parallel safe
return ('x' || substr(md5(partition_key), 1, 7))::bit(28)::integer % lanes;

-- Gives a module its schema, its role, and the tables it sends and receives messages with.
create function platform.add_module(module text) returns void
language plpgsql
as $body$
declare
  role_name text := 'mod_' || module;
begin
  if not exists (select from pg_roles where rolname = role_name) then
    execute format('create role %I nologin', role_name);
  end if;
  execute format('grant %I to current_user', role_name);
  execute format('create schema %I', module);
  execute format('grant usage on schema %I to %I', module, role_name);

  -- Messages to other modules. Append-only; ids come from the column default alone, with cache 1: the relay's lock
  -- barrier relies on both. Versions are per aggregate and without gaps, given out by outbox_heads.
  execute format($ddl$
    create sequence %1$I.outbox_id_seq as bigint cache 1;
    create table %1$I.outbox (
      id bigint not null default nextval('%1$I.outbox_id_seq'),
      event_id uuid not null,
      type text not null,
      version smallint not null,
      aggregate text not null,
      aggregate_version bigint not null,
      partition_key text not null,
      occurred_at timestamptz not null,
      recorded_at timestamptz not null default now(),
      traceparent text,
      payload jsonb not null,
      primary key (id)
    ) partition by range (id);
    create table %1$I.outbox_p0 partition of %1$I.outbox for values from (minvalue) to (10000000);
    create unique index on %1$I.outbox_p0 (aggregate, aggregate_version);
    create table %1$I.outbox_p1 partition of %1$I.outbox for values from (10000000) to (20000000);
    create unique index on %1$I.outbox_p1 (aggregate, aggregate_version);
    create table %1$I.outbox_heads (
      aggregate text primary key,
      version bigint not null
    ) with (fillfactor = 70);
    create table %1$I.outbox_cursors (
      reader text primary key,
      position bigint not null,
      moved_at timestamptz not null default now()
    ) with (fillfactor = 50);
    create table %1$I.inbox (
      consumer text not null,
      event_id uuid not null,
      done_at timestamptz not null default now(),
      primary key (consumer, event_id)
    );
    create index inbox_by_age on %1$I.inbox using brin (done_at);
    create table %1$I.parked (
      position bigint generated always as identity primary key,
      consumer text not null,
      event_id uuid not null,
      partition_key text not null,
      envelope jsonb not null,
      code text not null,
      reason text not null,
      state text not null default 'parked' check (state in ('parked', 'redriven', 'discarded')),
      parked_at timestamptz not null default now(),
      unique (consumer, event_id)
    );
    create index parked_by_key on %1$I.parked (consumer, partition_key, position) where state = 'parked';
  $ddl$, module);

  execute format('grant usage on sequence %1$I.outbox_id_seq to %2$I', module, role_name);
  execute format('grant select on sequence %1$I.outbox_id_seq to %2$I', module, role_name);
  execute format('grant select, insert on %1$I.outbox to %2$I', module, role_name);
  execute format('grant select, insert, update on %1$I.outbox_heads, %1$I.outbox_cursors to %2$I', module, role_name);
  execute format('grant select, insert, delete on %1$I.inbox to %2$I', module, role_name);
  execute format('grant select, insert, update on %1$I.parked to %2$I', module, role_name);

  execute format('grant usage on schema platform to %I', role_name);
  execute format('grant select, update on platform.idempotency_keys to %I', role_name);
end
$body$;

-- Keeps an empty partition of ten million ids ahead of the newest one, and drops those that everybody has read.
create function platform.ensure_outbox_partitions(module text) returns void
language plpgsql
as $body$
declare
  width constant bigint := 10000000;
  newest bigint;
  slowest bigint;
  number bigint;
begin
  execute format('select last_value from %I.outbox_id_seq', module) into newest;
  for number in newest / width .. newest / width + 1 loop
    if to_regclass(format('%I.outbox_p%s', module, number)) is null then
      execute format('create table %1$I.outbox_p%2$s (like %1$I.outbox including all)', module, number);
      execute format('create unique index on %1$I.outbox_p%2$s (aggregate, aggregate_version)', module, number);
      execute format(
        'alter table %1$I.outbox attach partition %1$I.outbox_p%2$s for values from (%3$s) to (%4$s)',
        module, number, number * width, (number + 1) * width);
    end if;
  end loop;
  execute format('select min(position) from %I.outbox_cursors', module) into slowest;
  for number in 0 .. coalesce(slowest, 0) / width - 2 loop
    execute format('drop table if exists %I.outbox_p%s', module, number);
  end loop;
end
$body$;
