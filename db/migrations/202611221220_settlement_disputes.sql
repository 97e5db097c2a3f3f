-- phase: expand
-- Disputes: what a program's contract says of them, each with its history, its evidence as it was, and how it came out.
create table settlement.dispute_terms (
  program_id uuid primary key,
  window_days integer not null check (window_days > 0),
  review_days integer not null check (review_days > 0),
  evidence_days integer not null check (evidence_days > 0),
  appeal_days integer not null check (appeal_days > 0),
  most_minor bigint not null check (most_minor > 0),
  currency text not null
);

create table settlement.disputes (
  id uuid primary key,
  -- The same id as bookings write it.
  subject text not null unique,
  program_id uuid not null,
  partner_id uuid not null,
  kind text not null check (kind in (
    'missing_conversion', 'wrong_rate', 'wrong_attribution', 'wrongful_reversal', 'payout_not_received'
  )),
  order_id uuid,
  order_ref text check (length(order_ref) between 1 and 200),
  commission_id uuid,
  statement_of_it uuid,
  payout_id uuid,
  thing text not null,
  statement_id uuid,
  currency text not null,
  claimed_minor bigint not null check (claimed_minor > 0),
  granted_minor bigint not null check (granted_minor between 0 and claimed_minor),
  reserved_minor bigint not null check (reserved_minor between 0 and claimed_minor),
  terms jsonb not null,
  state text not null check (state in (
    'opened', 'evidence_requested', 'under_review', 'awaiting_approval', 'upheld', 'partially_upheld', 'rejected',
    'withdrawn'
  )),
  round smallint not null check (round in (1, 2)),
  requests smallint not null,
  opened_by text not null,
  opened_at timestamptz not null,
  due_at timestamptz,
  left_ms bigint,
  proposal jsonb,
  appeal_until timestamptz,
  closed_at timestamptz,
  entries integer not null,
  check (num_nonnulls(order_id, order_ref, commission_id, statement_of_it, payout_id) = 1),
  check ((state in ('opened', 'evidence_requested', 'under_review', 'awaiting_approval')) = (due_at is not null)),
  check ((due_at is null) = (closed_at is not null)),
  check ((state = 'evidence_requested') = (left_ms is not null)),
  check ((state = 'awaiting_approval') = (proposal is not null)),
  check (due_at is null or reserved_minor > 0)
) with (fillfactor = 80);
-- One is open at a time; what is decided is found to be appealed, not opened again.
create unique index disputes_open_once on settlement.disputes (partner_id, thing) where due_at is not null;
create index disputes_by_thing on settlement.disputes (partner_id, thing, kind);
create index disputes_due on settlement.disputes (due_at) where due_at is not null;
create index disputes_by_partner on settlement.disputes (partner_id, id);
create index disputes_by_program on settlement.disputes (program_id, id);
create index disputes_by_statement on settlement.disputes (statement_id) where due_at is not null;

-- Append-only: all that ever happened to a dispute.
create table settlement.dispute_entries (
  dispute_id uuid not null references settlement.disputes,
  n integer not null,
  what text not null,
  side text not null check (side in ('partner', 'staff', 'system')),
  said_by text not null,
  at timestamptz not null,
  said text,
  primary key (dispute_id, n)
);

-- Append-only: what was known then, for staff and for the partner.
create table settlement.dispute_snapshots (
  dispute_id uuid not null references settlement.disputes,
  round smallint not null,
  taken_at timestamptz not null,
  everything jsonb not null,
  shown jsonb not null,
  digest bytea not null check (length(digest) = 32),
  primary key (dispute_id, round)
);

-- How it came out; only when commission has made the adjustment is added later.
create table settlement.dispute_resolutions (
  dispute_id uuid not null references settlement.disputes,
  round smallint not null,
  outcome text not null check (outcome in ('upheld', 'partially_upheld', 'rejected')),
  reason text not null,
  granted_minor bigint not null check (granted_minor >= 0),
  currency text not null,
  said text not null,
  rule text,
  facts jsonb,
  resolved_by text not null,
  approved_by text,
  resolved_at timestamptz not null,
  adjustment_id uuid,
  adjusted_at timestamptz,
  primary key (dispute_id, round),
  check (approved_by <> resolved_by),
  check ((adjustment_id is not null) = (granted_minor > 0)),
  check (adjusted_at is null or adjustment_id is not null),
  check (outcome <> 'rejected' or granted_minor = 0)
) with (fillfactor = 80);
create index dispute_resolutions_due on settlement.dispute_resolutions (resolved_at)
  where adjustment_id is not null and adjusted_at is null;

create trigger append_only before update or delete or truncate on settlement.dispute_entries
  for each statement execute function settlement.refuse_change();
create trigger append_only before update or delete or truncate on settlement.dispute_snapshots
  for each statement execute function settlement.refuse_change();

grant select, insert, update on settlement.dispute_terms to mod_settlement;
grant select, insert, update on settlement.disputes to mod_settlement;
grant select, insert on settlement.dispute_entries, settlement.dispute_snapshots to mod_settlement;
grant select, insert, update (adjusted_at) on settlement.dispute_resolutions to mod_settlement;
