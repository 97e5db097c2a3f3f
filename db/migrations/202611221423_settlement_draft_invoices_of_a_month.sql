-- phase: expand
-- The invoices of all statements of a month are drafted behind one request, some at a time: how far that has come, and for
-- whom none could be drafted, and why.
create table settlement.invoice_runs (
  program_id uuid not null,
  period text not null,
  state text not null check (state in ('running', 'done')),
  after_partner uuid,
  drafted integer not null check (drafted >= 0),
  kept integer not null check (kept >= 0),
  refused integer not null check (refused >= 0),
  asked_by text not null,
  asked_at timestamptz not null,
  ended_at timestamptz,
  primary key (program_id, period),
  check ((state = 'done') = (ended_at is not null))
);
create index invoice_runs_running on settlement.invoice_runs (asked_at) where state = 'running';
create table settlement.invoice_refusals (
  program_id uuid not null,
  period text not null,
  partner_id uuid not null,
  statement_id uuid not null,
  code text not null,
  detail text not null,
  primary key (program_id, period, partner_id)
);
grant select, insert, update on settlement.invoice_runs to mod_settlement;
grant select, insert, update, delete on settlement.invoice_refusals to mod_settlement;
