-- phase: expand
-- Who wants to be told of what, what is told to whom in which order, and how each telling went.
select platform.add_module('webhooks');

-- An endpoint and its place in line. `due_at` is set while something waits for it; whoever sends to it holds the lease.
create table webhooks.endpoints (
  id uuid primary key,
  partner_id uuid,
  program_id uuid,
  url text not null check (length(url) between 1 and 2048),
  description text not null check (length(description) <= 500),
  event_types text[] not null check (cardinality(event_types) between 1 and 100),
  secret text not null,
  old_secret text,
  old_secret_until timestamptz,
  state text not null check (state in ('unverified', 'enabled', 'degraded', 'paused', 'disabled')),
  failures integer not null default 0 check (failures >= 0),
  failing_since timestamptz,
  probes integer not null default 0 check (probes >= 0),
  disabled_reason text check (disabled_reason in ('gone', 'failing', 'by_owner')),
  created_at timestamptz not null,
  last_sequence bigint not null default 0 check (last_sequence >= 0),
  due_at timestamptz,
  lease text,
  leased_until timestamptz,
  unique nulls not distinct (partner_id, program_id, url),
  check ((old_secret is null) = (old_secret_until is null)),
  check ((lease is null) = (leased_until is null)),
  check ((state = 'disabled') = (disabled_reason is not null)),
  check (state <> 'disabled' or due_at is null)
) with (fillfactor = 50);
create index endpoints_due on webhooks.endpoints (due_at) where due_at is not null;

-- What is sent, byte for byte, at every attempt.
create table webhooks.messages (
  event_id uuid primary key,
  type text not null,
  program_id uuid,
  body text not null,
  created_at timestamptz not null
);
create index messages_by_age on webhooks.messages (created_at);

create table webhooks.deliveries (
  endpoint_id uuid not null references webhooks.endpoints on delete cascade,
  sequence bigint not null check (sequence > 0),
  id uuid not null unique,
  event_id uuid not null references webhooks.messages on delete cascade,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  attempts integer not null default 0 check (attempts >= 0),
  tries integer not null default 0 check (tries between 0 and attempts),
  first_tried_at timestamptz,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (endpoint_id, sequence),
  check ((state = 'pending') = (ended_at is null))
) with (fillfactor = 70);
create index deliveries_pending on webhooks.deliveries (endpoint_id, sequence) where state = 'pending';
create index deliveries_by_event on webhooks.deliveries (event_id);

-- Append-only. No status: nobody answered, and `detail` says why.
create table webhooks.attempts (
  delivery_id uuid not null references webhooks.deliveries (id) on delete cascade,
  number integer not null check (number > 0),
  at timestamptz not null,
  duration_ms integer not null check (duration_ms >= 0),
  status integer check (status between 100 and 599),
  detail text,
  body_hash text,
  body_head text check (length(body_head) <= 200),
  primary key (delivery_id, number),
  check ((status is null) = (detail is not null))
);

grant select, insert, update, delete on webhooks.endpoints to mod_webhooks;
grant select, insert, delete on webhooks.messages to mod_webhooks;
grant select, insert, update on webhooks.deliveries to mod_webhooks;
grant select, insert on webhooks.attempts to mod_webhooks;
