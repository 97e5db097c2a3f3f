-- phase: expand
-- Terms as versioned data, who is credited with each order, commissions and why they are what they are.
select platform.add_module('commission');

create table commission.terms (
  id uuid primary key,
  program_id uuid not null,
  version integer not null check (version > 0),
  terms jsonb not null,
  hash text not null check (length(hash) = 64),
  effective_from timestamptz not null,
  published_at timestamptz not null,
  unique (program_id, version)
);

create table commission.credits (
  order_id uuid primary key,
  program_id uuid not null,
  conversion_id uuid not null,
  partner_id uuid,
  decided_at timestamptz not null,
  decision bigint not null check (decision >= 0),
  verdict jsonb
) with (fillfactor = 80);

create table commission.commissions (
  id uuid primary key,
  order_id uuid not null,
  order_ref text not null,
  program_id uuid not null,
  partner_id uuid not null,
  conversion_id uuid not null,
  generation integer not null check (generation > 0),
  state text not null check (state in (
    'estimated', 'pending', 'vesting', 'vested', 'held', 'locked', 'settled', 'paid', 'reversed')),
  held_from text check ((state = 'held') = (held_from is not null)),
  hold_reasons text[] not null,
  currency char(3) not null,
  amount_minor bigint not null check (amount_minor >= 0),
  vested_minor bigint not null check (vested_minor between 0 and amount_minor),
  clawed_back_minor bigint not null check (clawed_back_minor between 0 and amount_minor),
  paid_minor bigint not null,
  terms_id uuid not null references commission.terms,
  terms_version integer not null,
  accrued_at timestamptz not null,
  vested_at timestamptz,
  locks_at timestamptz,
  locked_at timestamptz,
  settled_at timestamptz,
  paid_at timestamptz,
  ended_at timestamptz,
  end_reason text check ((ended_at is null) = (end_reason is null)),
  allowed boolean not null,
  unique (order_id, partner_id, generation)
) with (fillfactor = 70);
create index commissions_due_to_lock on commission.commissions (locks_at) where state = 'vested' and allowed;
create index commissions_by_partner on commission.commissions (partner_id, id);
create index commissions_locked on commission.commissions (program_id, locked_at) where locked_at is not null;

-- Append-only: every explanation of an amount, the latest one of the amount as it is.
create table commission.calculations (
  commission_id uuid not null references commission.commissions,
  sequence bigint generated always as identity,
  kind text not null check (kind in ('accrued', 'raised', 'reduced', 'clawed_back')),
  explanation jsonb not null,
  calculated_at timestamptz not null,
  primary key (commission_id, sequence)
);

grant select, insert on commission.terms, commission.calculations to mod_commission;
grant select, insert, update on commission.credits, commission.commissions to mod_commission;
