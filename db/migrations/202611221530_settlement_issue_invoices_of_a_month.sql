-- phase: expand
-- The drafts of a month are issued behind one request, some at a time: how far that has come, and which could not be
-- issued, and why. What was issued and how far it is are written in one transaction.
create table settlement.issue_runs (
  program_id uuid not null,
  period text not null,
  state text not null check (state in ('running', 'done')),
  after_partner uuid,
  issued integer not null check (issued >= 0),
  kept integer not null check (kept >= 0),
  refused integer not null check (refused >= 0),
  asked_by text not null,
  asked_at timestamptz not null,
  ended_at timestamptz,
  primary key (program_id, period),
  check ((state = 'done') = (ended_at is not null))
);
create index issue_runs_running on settlement.issue_runs (asked_at) where state = 'running';
create table settlement.issue_refusals (
  program_id uuid not null,
  period text not null,
  partner_id uuid not null,
  invoice_id uuid not null,
  code text not null,
  detail text not null,
  primary key (program_id, period, partner_id)
);
grant select, insert, update on settlement.issue_runs to mod_settlement;
grant select, insert, update, delete on settlement.issue_refusals to mod_settlement;
