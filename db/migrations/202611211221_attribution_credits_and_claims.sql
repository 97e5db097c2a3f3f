-- phase: expand
-- An order's credit may be several partners', and may be claimed after the fact. Old code credits one, and knows no claims.

-- The parts of the credit as it stands now, one a partner; of one order they sum to one. What was decided before there
-- were parts has none here: its partner has it all.
create table attribution.credits (
  conversion_id uuid not null,
  partner_id uuid not null,
  order_id uuid not null,
  program_id uuid not null,
  click_id uuid not null,
  touch_kind text not null check (length(touch_kind) between 1 and 20),
  touched_at timestamptz not null,
  share_numerator numeric not null check (share_numerator > 0),
  share_denominator numeric not null check (share_denominator >= share_numerator),
  role text not null check (role in ('initiator', 'contributor', 'converter')),
  primary key (conversion_id, partner_id)
);
create index credits_by_partner on attribution.credits (partner_id, order_id);
grant select, insert, delete on attribution.credits to mod_attribution;

create table attribution.claims (
  id uuid primary key,
  program_id uuid not null,
  order_id uuid not null,
  order_ref text not null check (length(order_ref) between 1 and 200),
  partner_id uuid not null,
  state text not null check (state in ('filed', 'confirmed', 'rejected')),
  code text check (length(code) between 1 and 100),
  evidence text not null check (length(evidence) between 1 and 2000),
  reference_list text[] not null,
  filed_by text not null,
  filed_at timestamptz not null,
  resolved_by text,
  resolved_at timestamptz,
  reason text check (length(reason) between 1 and 100),
  check ((state = 'filed') = (resolved_at is null)),
  check ((resolved_at is null) = (resolved_by is null)),
  check ((resolved_at is null) = (reason is null))
);
-- Who was rejected may come again with better evidence; who is waiting or was confirmed may not.
create unique index claims_once on attribution.claims (order_id, partner_id) where state <> 'rejected';
create index claims_by_partner on attribution.claims (partner_id, id);
grant select, insert, update on attribution.claims to mod_attribution;
