-- phase: expand
-- The front door's memory: which events were accepted, for ever.
select platform.add_module('pipeline');

create table pipeline.accepted_events (
  source text not null check (length(source) between 1 and 100),
  event_id text not null check (length(event_id) between 1 and 200),
  digest bytea not null check (length(digest) = 32),
  accepted_at timestamptz not null,
  primary key (source, event_id)
);
grant select, insert on pipeline.accepted_events to mod_pipeline;
