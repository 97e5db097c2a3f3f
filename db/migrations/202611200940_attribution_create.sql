-- phase: expand
-- Links, every click on them, and for each order who was credited, by what, and why nobody else was.
select platform.add_module('attribution');

create table attribution.links (
  id uuid primary key,
  code text not null unique check (code ~ '^[A-Za-z0-9][A-Za-z0-9_-]{1,99}$'),
  program_id uuid not null,
  partner_id uuid not null,
  destination text check (destination ~ '^https?://' and length(destination) <= 2048),
  state text not null check (state in ('active', 'suspended')),
  suspended_at timestamptz,
  created_at timestamptz not null,
  check ((state = 'suspended') = (suspended_at is not null))
);
create index links_by_partner on attribution.links (partner_id, id);

-- Kept for at least 25 months, those that were worth nothing too: the objection says why.
create table attribution.touchpoints (
  click_id uuid primary key,
  program_id uuid not null,
  link_code text not null check (length(link_code) between 1 and 100),
  partner_id uuid,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  live boolean not null,
  visitor_id text check (length(visitor_id) between 1 and 200),
  user_agent text check (length(user_agent) <= 1000),
  referrer text check (length(referrer) <= 1000),
  objection text check (objection in ('unknown_link', 'link_suspended', 'not_enrolled')),
  check (partner_id is not null or objection = 'unknown_link')
);
create index touchpoints_by_visitor on attribution.touchpoints (program_id, visitor_id, occurred_at, click_id)
  where visitor_id is not null;
create index touchpoints_by_program on attribution.touchpoints (program_id) where objection is null;

create table attribution.policies (
  program_id uuid not null,
  version integer not null check (version > 1),
  model text not null check (model in ('last_touch')),
  window_days integer not null check (window_days between 1 and 400),
  primary key (program_id, version)
);

-- An order's credit as it stands now; what the order names stays with it, for clicks that arrive late.
create table attribution.conversions (
  conversion_id uuid primary key,
  order_id uuid not null unique,
  order_ref text not null check (length(order_ref) between 1 and 200),
  program_id uuid not null,
  placed_at timestamptz not null,
  click_id uuid,
  visitor_id text,
  decision integer not null check (decision > 0),
  outcome text not null check (outcome in ('attributed', 'unattributed')),
  partner_id uuid,
  won_by uuid,
  touched_at timestamptz,
  reason text,
  check ((outcome = 'attributed') = (partner_id is not null)),
  check ((outcome = 'attributed') = (won_by is not null)),
  check ((outcome = 'attributed') = (touched_at is not null)),
  check ((outcome = 'unattributed') = (reason is not null))
) with (fillfactor = 85);
create index conversions_by_click on attribution.conversions (click_id) where click_id is not null;
create index conversions_by_visitor on attribution.conversions (program_id, visitor_id, placed_at)
  where visitor_id is not null;
create index conversions_by_partner on attribution.conversions (partner_id, order_id) where partner_id is not null;
create index conversions_by_program on attribution.conversions (program_id, order_id);

-- Every decision ever made, with all it depended on: whoever has the inputs can decide again.
create table attribution.decisions (
  conversion_id uuid not null references attribution.conversions,
  number integer not null check (number > 0),
  inputs jsonb not null,
  outcome jsonb not null,
  considered jsonb not null,
  digest text not null check (length(digest) = 64),
  decided_at timestamptz not null,
  primary key (conversion_id, number)
);

grant select, insert, update on attribution.links to mod_attribution;
grant select, insert on attribution.touchpoints to mod_attribution;
grant select, insert on attribution.policies to mod_attribution;
grant select, insert, update on attribution.conversions to mod_attribution;
grant select, insert on attribution.decisions to mod_attribution;
