-- phase: expand
-- Replays: a period decided again by a policy, into a shadow beside the live decisions. Nothing here is anybody's credit.
create table attribution.shadows (
  id uuid primary key,
  program_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  -- Null: each order by the policy it was decided by.
  policy jsonb,
  from_at timestamptz not null,
  to_at timestamptz not null,
  started_at timestamptz not null,
  -- Conversions of the period when it was started.
  total bigint not null check (total >= 0),
  decided bigint not null default 0 check (decided >= 0),
  different bigint not null default 0 check (different between 0 and decided),
  -- The last conversion that was decided.
  reached_at timestamptz,
  reached uuid,
  finished_at timestamptz,
  promoted_version integer,
  effective_from timestamptz,
  promoted_at timestamptz,
  unique (program_id, name),
  check (from_at < to_at),
  check ((reached_at is null) = (reached is null)),
  check ((promoted_version is null) = (promoted_at is null)),
  check ((promoted_version is null) = (effective_from is null)),
  check (promoted_version is null or (finished_at is not null and policy is not null))
);
create index shadows_to_do on attribution.shadows (id) where finished_at is null;

-- What each conversion came to, beside the live decision it was compared with.
create table attribution.shadow_decisions (
  shadow_id uuid not null references attribution.shadows,
  conversion_id uuid not null,
  live_number integer not null check (live_number > 0),
  outcome jsonb not null,
  -- Only where the credit differs: for whoever asks why.
  considered jsonb,
  primary key (shadow_id, conversion_id)
);
create index shadow_decisions_different on attribution.shadow_decisions (shadow_id, conversion_id)
  where considered is not null;

-- Conversions, in parts of 10^-12, and order value by whose they are, live and in the shadow. No partner: nobody's; no
-- currency: orders whose value nobody knows.
create table attribution.shadow_tallies (
  shadow_id uuid not null references attribution.shadows,
  partner_id uuid,
  currency char(3),
  live_parts numeric(38) not null,
  shadow_parts numeric(38) not null,
  live_minor numeric(38) not null,
  shadow_minor numeric(38) not null,
  unique nulls not distinct (shadow_id, partner_id, currency)
);

-- Looks at all conversions, one after another, whether they would come out as they did.
create table attribution.drift_looks (
  id bigint generated always as identity primary key,
  started_at timestamptz not null,
  reached uuid,
  checked bigint not null default 0,
  -- Of those, who came out otherwise: from the inputs kept with the decision, and from the touches on disk.
  from_inputs bigint not null default 0,
  from_touches bigint not null default 0,
  finished_at timestamptz
);

grant select, insert, update on attribution.shadows to mod_attribution;
grant select, insert on attribution.shadow_decisions to mod_attribution;
grant select, insert, update on attribution.shadow_tallies to mod_attribution;
grant select, insert, update on attribution.drift_looks to mod_attribution;
