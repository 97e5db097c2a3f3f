-- phase: expand
-- What of a bank's lines stands in suspense, what was matched with what and by whom, and how a program wants it done. Old
-- code knows none of it.
create table settlement.suspense (
  line_id uuid primary key,
  program_id uuid not null,
  -- A line of an account's statement: `bank_lines` holds what the bank said.
  account text not null,
  statement_id text not null,
  ref text not null,
  end_to_end_id text,
  state text not null check (state in ('open', 'matched', 'written_off')),
  -- How often it was put here: each time is a booking of its own.
  round integer not null check (round >= 0),
  match_id uuid,
  looked_at timestamptz,
  foreign key (account, statement_id, ref) references settlement.bank_lines
);
create index suspense_open on settlement.suspense (program_id, line_id) where state = 'open';
create index suspense_unlooked on settlement.suspense (looked_at nulls first) where state = 'open';
create index suspense_by_reference on settlement.suspense (end_to_end_id) where state = 'open';

create table settlement.matches (
  id uuid primary key,
  program_id uuid not null,
  line_ids uuid[] not null check (cardinality(line_ids) > 0),
  payout_ids uuid[] not null,
  action text not null check (action in ('settle', 'return', 'reject', 'offset')),
  rule text not null check (rule in ('reference', 'batch', 'account', 'sum', 'by_hand')),
  confidence smallint not null check (confidence between 0 and 100),
  matcher_version smallint not null,
  amount_minor bigint not null,
  difference_minor bigint not null,
  currency text not null,
  -- Whether its lines stood in suspense before: so they do again when it is undone.
  from_suspense boolean not null,
  state text not null check (state in ('proposed', 'made', 'declined', 'undo_proposed', 'undone')),
  made_by text not null,
  made_at timestamptz not null,
  approved_by text,
  undone_by text,
  undo_approved_by text,
  undone_at timestamptz,
  note text
);
create index matches_in_order on settlement.matches (made_at, id);

create table settlement.reconciliation_settings (
  program_id uuid primary key,
  -- By currency, in minor units as text.
  tolerances jsonb not null,
  four_eyes_above_minor bigint not null check (four_eyes_above_minor >= 0),
  late_after_days smallint not null check (late_after_days > 0),
  missing_after_days smallint not null check (missing_after_days >= late_after_days),
  pending_after_days smallint not null check (pending_after_days > 0)
);

create table settlement.csv_layouts (
  account text primary key references settlement.bank_accounts (number),
  layout jsonb not null
);

grant select, insert, update on settlement.suspense, settlement.matches, settlement.reconciliation_settings,
  settlement.csv_layouts to mod_settlement;
