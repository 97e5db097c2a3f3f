-- phase: expand
-- Conversions told server to server by a signed address: each program's secret, and when each was first told, so that a
-- postback that is sent again is the same event.
create table pipeline.postback_secrets (
  program_id uuid primary key,
  secret text not null,
  old_secret text,
  old_secret_until timestamptz,
  made_at timestamptz not null,
  check ((old_secret is null) = (old_secret_until is null))
);
create table pipeline.postback_times (
  source text not null,
  event_id text not null,
  first_told_at timestamptz not null,
  primary key (source, event_id)
);
grant select, insert, update on pipeline.postback_secrets to mod_pipeline;
grant select, insert on pipeline.postback_times to mod_pipeline;
