-- phase: expand
-- Dropping a read partition waited behind any long reader, and every writer behind it; and took the new one back with it.
create or replace function platform.ensure_outbox_partitions(module text) returns void
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
  -- A drop locks the whole outbox. If somebody reads it for long, there will be another hour.
  perform set_config('lock_timeout', '100ms', true);
  begin
    for number in 0 .. coalesce(slowest, 0) / width - 2 loop
      execute format('drop table if exists %I.outbox_p%s', module, number);
    end loop;
  exception when lock_not_available then
    raise notice 'the outbox of % is being read; old partitions stay until later', module;
  end;
end
$body$;
