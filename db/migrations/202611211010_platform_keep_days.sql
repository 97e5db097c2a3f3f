-- phase: expand
-- Tables that are kept by the day: partitions come ahead of their day and go when it is over, and nothing is ever deleted
-- row by row.

-- Within a function of the owner's: who calls is the owner, or the role of that module.
create function platform.must_own_schema(module text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $body$
declare
  caller text := case current_setting('role') when 'none' then session_user::text else current_setting('role') end;
begin
  if caller not in (current_user::text, 'mod_' || module) then
    raise insufficient_privilege using message = format('%s may not change the tables of %s', caller, module);
  end if;
end
$body$;

-- One day's partition, unless it is there. Attaching takes no lock that a reader or a writer would notice.
-- A module's role may call it for its own schema alone.
create function platform.ensure_day_partition(module text, parent text, day date) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $body$
declare
  part text := parent || '_p' || to_char(day, 'YYYYMMDD');
begin
  perform platform.must_own_schema(module);
  if to_regclass(format('%I.%I', module, part)) is not null then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtext('platform.ensure_day_partition'), hashtext(module || '.' || part));
  -- Whoever had the lock before has made it: a query sees that, where to_regclass still answers from memory.
  if not exists (
    select from pg_class join pg_namespace on pg_namespace.oid = relnamespace where nspname = module and relname = part
  ) then
    execute format('create table %1$I.%2$I (like %1$I.%3$I including all)', module, part, parent);
    execute format(
      'alter table %1$I.%3$I attach partition %1$I.%2$I for values from (%4$L) to (%5$L)',
      module, part, parent, day, day + 1);
  end if;
end
$body$;

-- Partitions for today and the days ahead; and of those older than `keep_days` drops one. Says whether to call again.
-- A drop locks the whole table. If somebody reads it for long, there will be another minute.
create function platform.keep_day_partitions(module text, parent text, today date, ahead_days integer, keep_days integer)
returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $body$
declare
  number integer;
  part text;
begin
  perform platform.must_own_schema(module);
  for number in 0 .. ahead_days loop
    perform platform.ensure_day_partition(module, parent, today + number);
  end loop;
  select child.relname into part
  from pg_inherits
  join pg_class as child on child.oid = inhrelid
  where inhparent = format('%I.%I', module, parent)::regclass
    and child.relname ~ (parent || '_p\d{8}$')
    and right(child.relname, 8) < to_char(today - keep_days, 'YYYYMMDD')
  order by child.relname
  limit 1;
  if part is null then
    return false;
  end if;
  perform set_config('lock_timeout', '50ms', true);
  begin
    execute format('drop table %I.%I', module, part);
    return true;
  exception when lock_not_available then
    return false;
  end;
end
$body$;
