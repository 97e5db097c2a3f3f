-- phase: expand
-- Policies that have rules, and a moment from which they hold. Old code goes by the old ones, which stay where they are.
create table attribution.policy_versions (
  program_id uuid not null,
  version integer not null check (version > 1),
  rules jsonb not null,
  effective_from timestamptz,
  published_at timestamptz not null,
  published_by text not null check (length(published_by) between 1 and 200),
  primary key (program_id, version)
);
grant select, insert on attribution.policy_versions to mod_attribution;
