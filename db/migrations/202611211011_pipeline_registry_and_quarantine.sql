-- phase: expand
-- Event types that neighbours register, what was refused and why, and what was accepted of types without a contract of
-- their own.
create table pipeline.event_types (
  type text not null check (length(type) between 3 and 100),
  version integer not null check (version > 0),
  lane text not null check (lane in ('money', 'conversions', 'clicks', 'logs')),
  about text not null check (length(about) between 1 and 500),
  schema jsonb not null,
  compatibility text not null check (compatibility in ('backward', 'none')),
  registered_at timestamptz not null,
  registered_by text not null,
  primary key (type, version)
);
grant select, insert on pipeline.event_types to mod_pipeline;

create table pipeline.seen_events (
  day date not null,
  source text not null,
  event_id text not null,
  digest bytea not null check (length(digest) = 16),
  primary key (day, source, event_id)
) partition by range (day);
grant select, insert on pipeline.seen_events to mod_pipeline;

create table pipeline.quarantine (
  day date not null,
  id uuid not null,
  arrived_at timestamptz not null,
  source text not null check (length(source) <= 100),
  event_id text check (length(event_id) <= 200),
  type text check (length(type) <= 100),
  reason text not null,
  pointer text not null,
  faults jsonb not null,
  -- Sealed. Gone once nobody waits for it any more.
  payload text,
  state text not null default 'open' check (state in ('open', 'redriven', 'discarded')),
  changed_at timestamptz not null,
  primary key (day, id),
  check ((state = 'open') = (payload is not null))
) partition by range (day);
create index on pipeline.quarantine (arrived_at, id);
grant select, insert, update on pipeline.quarantine to mod_pipeline;

-- How many were refused, also of those that were too many to be kept.
create table pipeline.quarantine_days (
  day date not null,
  source text not null,
  refused bigint not null,
  primary key (day, source)
);
grant select, insert, update, delete on pipeline.quarantine_days to mod_pipeline;
