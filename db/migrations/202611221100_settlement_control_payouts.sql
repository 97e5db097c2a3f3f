-- phase: expand
-- What decides whether, when and how much is paid: policies, reserves, receivables, what blocks a payout, who approved
-- it, who stopped it. New tables; old code knows none of them, keeps no reserve and asks for one approval.

-- The settings of a program (partner_id all zeros) and what differs for some of its partners; each change a version.
create table settlement.payout_policies (
  program_id uuid not null,
  partner_id uuid not null,
  version integer not null check (version > 0),
  terms jsonb not null,
  set_by text not null,
  set_at timestamptz not null,
  primary key (program_id, partner_id, version)
);

-- Money kept back of a partner's earnings. A slice without a day is part of a floor, and stays while the floor does.
create table settlement.reserve_slices (
  id uuid primary key,
  program_id uuid not null,
  partner_id uuid not null,
  about uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  left_minor bigint not null check (left_minor between 0 and amount_minor),
  reserved_at timestamptz not null,
  release_at timestamptz
);
create index reserve_slices_open on settlement.reserve_slices (program_id, partner_id) where left_minor > 0;
create index reserve_slices_due on settlement.reserve_slices (release_at) where left_minor > 0;

-- What partners owe us: a balance that stayed below zero for too long.
create table settlement.receivables (
  id uuid primary key,
  program_id uuid not null,
  partner_id uuid not null,
  nth integer not null check (nth > 0),
  amount_minor bigint not null check (amount_minor > 0),
  left_minor bigint not null check (left_minor between 0 and amount_minor),
  raised_at timestamptz not null,
  unique (program_id, partner_id, nth)
);

-- Since when a balance is below zero, and when it becomes a receivable.
create table settlement.negative_balances (
  program_id uuid not null,
  partner_id uuid not null,
  since timestamptz not null,
  due_at timestamptz not null,
  primary key (program_id, partner_id)
);
create index negative_balances_due on settlement.negative_balances (due_at);

-- Given up: a receivable of ours (write_off), or a balance of a partner that has left (forfeit).
create table settlement.balance_waivers (
  id uuid primary key,
  kind text not null check (kind in ('write_off', 'forfeit')),
  program_id uuid not null,
  partner_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  reason text not null,
  state text not null check (state in ('asked', 'approved', 'refused')),
  asked_by text not null,
  asked_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  check ((state = 'asked') = (decided_by is null)),
  check (decided_by <> asked_by or state = 'refused')
);
create index balance_waivers_in_order on settlement.balance_waivers (asked_at, id);

-- Fraud's open cases, and when a partner said last where its money goes.
create table settlement.fraud_cases (
  case_id uuid primary key,
  partner_id uuid not null,
  opened_at timestamptz,
  resolved_at timestamptz
);
create index fraud_cases_open on settlement.fraud_cases (partner_id) where resolved_at is null;
create table settlement.profile_changes (
  partner_id uuid primary key,
  changed_at timestamptz not null
);

-- Partners that are paid on request, and have asked.
create table settlement.payout_requests (
  id uuid primary key,
  program_id uuid not null,
  partner_id uuid not null,
  requested_by text not null,
  requested_at timestamptz not null,
  answered_in text
);
create unique index payout_requests_open on settlement.payout_requests (program_id, partner_id) where answered_in is null;

create table settlement.payout_approvals (
  batch_id uuid not null,
  approved_by text not null,
  approved_at timestamptz not null,
  is_senior boolean not null,
  primary key (batch_id, approved_by)
);
create table settlement.payout_removals (
  payout_id uuid primary key,
  removed_by text not null,
  removed_at timestamptz not null,
  reason text not null
);

-- Nothing is sent while one of these is not lifted: of a program, or of the whole house (program_id all zeros).
create table settlement.payout_freezes (
  id uuid primary key,
  program_id uuid not null,
  state text not null check (state in ('frozen', 'lifting', 'lifted')),
  reason text not null,
  frozen_by text not null,
  frozen_at timestamptz not null,
  lift_asked_by text,
  lift_asked_at timestamptz,
  lift_reason text,
  lifted_by text,
  lifted_at timestamptz,
  check ((state = 'frozen') = (lift_asked_by is null)),
  check ((state = 'lifted') = (lifted_by is not null)),
  check (lifted_by <> lift_asked_by)
);
create index payout_freezes_open on settlement.payout_freezes (program_id) where state <> 'lifted';

create trigger append_only before update or delete or truncate on settlement.payout_policies
  for each statement execute function settlement.refuse_change();
create trigger append_only before update or delete or truncate on settlement.payout_approvals
  for each statement execute function settlement.refuse_change();
create trigger append_only before update or delete or truncate on settlement.payout_removals
  for each statement execute function settlement.refuse_change();

grant select, insert on settlement.payout_policies, settlement.payout_approvals, settlement.payout_removals to mod_settlement;
grant select, insert, update (left_minor) on settlement.reserve_slices, settlement.receivables to mod_settlement;
grant select, insert, update, delete on settlement.negative_balances to mod_settlement;
grant select, insert, update on settlement.balance_waivers, settlement.fraud_cases, settlement.profile_changes to mod_settlement;
grant select, insert, update on settlement.payout_requests, settlement.payout_freezes to mod_settlement;
