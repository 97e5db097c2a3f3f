-- phase: expand
-- Books, bookings, periods, statements, payouts and what the bank says of them.
select platform.add_module('settlement');

-- One row a program. Whoever books shares it; whoever closes a period holds it alone.
create table settlement.books (
  program_id uuid primary key,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  time_zone text not null,
  closed_through text check (closed_through ~ '^\d{4}-\d{2}$'),
  last_number integer not null default 0 check (last_number >= 0),
  opened_at timestamptz not null
);

-- Every transaction settlement wants in the ledger. Only the marks at the end ever change.
create table settlement.bookings (
  id uuid primary key,
  seq bigint generated always as identity,
  program_id uuid not null references settlement.books,
  partner_id uuid not null,
  purpose text not null check (purpose in (
    'accrue', 'raise', 'reduce', 'reverse', 'lock', 'claw_back', 'submit', 'settle', 'return', 'restore'
  )),
  amount_minor bigint not null check (amount_minor >= 0),
  currency text not null,
  occurred_at timestamptz not null,
  effective_at timestamptz not null,
  period text not null check (period ~ '^\d{4}-\d{2}$'),
  commission_id uuid,
  payout_id uuid,
  available_minor bigint not null generated always as (
    case purpose
      when 'lock' then amount_minor
      when 'restore' then amount_minor
      when 'claw_back' then -amount_minor
      when 'submit' then -amount_minor
      else 0
    end
  ) stored,
  recorded_at timestamptz not null default now(),
  posted_at timestamptz,
  refused text,
  check (num_nonnulls(commission_id, payout_id) = 1),
  check ((payout_id is not null) = (purpose in ('submit', 'settle', 'return', 'restore')))
);
create index bookings_unposted on settlement.bookings (seq) where posted_at is null;
create index bookings_by_partner on settlement.bookings (program_id, partner_id);
create index bookings_by_period on settlement.bookings (program_id, period);
-- However often it is told, and by whatever mistake: a commission locks once.
create unique index bookings_lock_once on settlement.bookings (commission_id) where purpose = 'lock';

create table settlement.periods (
  program_id uuid not null references settlement.books,
  period text not null check (period ~ '^\d{4}-\d{2}$'),
  state text not null check (state in ('closing', 'closed')),
  from_at timestamptz not null,
  until_at timestamptz not null check (until_at > from_at),
  closed_by text not null,
  began_at timestamptz not null,
  statements integer,
  batch_id uuid,
  closed_at timestamptz,
  primary key (program_id, period),
  check ((state = 'closed') = (closed_at is not null)),
  check (state = 'closing' or statements is not null)
);
create index periods_closing on settlement.periods (period, program_id) where state = 'closing';

create table settlement.statements (
  id uuid primary key,
  number integer not null check (number > 0),
  program_id uuid not null,
  partner_id uuid not null,
  period text not null,
  currency text not null,
  opening_minor bigint not null,
  closing_minor bigint not null,
  line_count integer not null check (line_count >= 0),
  digest bytea not null check (length(digest) = 32),
  closed_at timestamptz not null,
  unique (program_id, number),
  unique (program_id, period, partner_id),
  foreign key (program_id, period) references settlement.periods
);
create index statements_in_order on settlement.statements (period, id);
create index statements_by_partner on settlement.statements (partner_id, period, id);

create table settlement.payout_batches (
  id uuid primary key,
  program_id uuid not null,
  period text not null,
  currency text not null,
  state text not null check (state in ('draft', 'approved', 'submitted', 'cancelled')),
  closed_by text not null,
  created_at timestamptz not null,
  approved_by text,
  approved_at timestamptz,
  submitted_at timestamptz,
  unique (program_id, period),
  foreign key (program_id, period) references settlement.periods,
  check (approved_by <> closed_by),
  check (state in ('draft', 'cancelled') or approved_by is not null),
  check ((state = 'submitted') = (submitted_at is not null))
);

create table settlement.payouts (
  id uuid primary key,
  batch_id uuid not null references settlement.payout_batches,
  program_id uuid not null,
  partner_id uuid not null,
  period text not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  state text not null check (state in (
    'draft', 'approved', 'submitted', 'accepted', 'in_transit', 'settled', 'rejected', 'cancelled', 'returned', 'unknown'
  )),
  reason text,
  created_at timestamptz not null,
  submitted_at timestamptz,
  settled_at timestamptz,
  ended_at timestamptz,
  unique (batch_id, partner_id)
) with (fillfactor = 80);
create index payouts_in_order on settlement.payouts (period, id);
create index payouts_by_partner on settlement.payouts (partner_id, period, id);
create index payouts_by_program on settlement.payouts (program_id, partner_id);

create table settlement.allocations (
  payout_id uuid not null references settlement.payouts,
  commission_id uuid not null,
  amount_minor bigint not null check (amount_minor <> 0),
  primary key (payout_id, commission_id)
);
create index allocations_by_commission on settlement.allocations (commission_id);

-- What became of each balance at a close: a payout, or why not.
create table settlement.payout_decisions (
  program_id uuid not null,
  period text not null,
  partner_id uuid not null,
  outcome text not null check (outcome in ('payout', 'below_minimum', 'suspended', 'not_enrolled', 'no_payout_profile')),
  payable_minor bigint not null,
  payout_id uuid references settlement.payouts,
  primary key (program_id, period, partner_id),
  foreign key (program_id, period, partner_id) references settlement.statements (program_id, period, partner_id),
  check ((outcome = 'payout') = (payout_id is not null))
);

-- Payment files hold account numbers: encrypted with the master key.
create table settlement.payout_files (
  batch_id uuid primary key references settlement.payout_batches,
  sealed text not null,
  digest bytea not null check (length(digest) = 32),
  written_at timestamptz not null
);

-- The accounts programs pay from, and those they paid from before: banks go on telling of them.
create table settlement.bank_accounts (
  number text primary key,
  program_id uuid not null,
  is_current boolean not null,
  holder text not null,
  scheme text not null check (scheme in ('iban', 'domestic')),
  bank_scheme text not null check (bank_scheme in ('bic', 'domestic')),
  bank_code text not null,
  town text not null,
  country text not null check (country ~ '^[A-Z]{2}$')
);
create unique index bank_accounts_current on settlement.bank_accounts (program_id) where is_current;

create table settlement.bank_statements (
  position bigint generated always as identity unique,
  account text not null,
  statement_id text not null,
  program_id uuid not null,
  sequence bigint,
  currency text not null,
  opening_minor bigint not null,
  closing_minor bigint not null,
  digest bytea not null check (length(digest) = 32),
  lines integer not null,
  settled integer not null,
  rejected integer not null,
  returned integer not null,
  breaks integer not null,
  imported_at timestamptz not null,
  primary key (account, statement_id)
);

create table settlement.bank_lines (
  account text not null,
  statement_id text not null,
  ref text not null,
  end_to_end_id text,
  amount_minor bigint not null,
  currency text not null,
  direction text not null check (direction in ('debit', 'credit')),
  status text not null check (status in ('booked', 'info')),
  booked_at timestamptz not null,
  return_reason text,
  verdict text not null,
  payout_id uuid,
  primary key (account, statement_id, ref),
  foreign key (account, statement_id) references settlement.bank_statements
);

-- What the bank says and we cannot explain, for people to look at.
create table settlement.reconciliation_breaks (
  id uuid primary key,
  program_id uuid not null,
  account text not null,
  statement_id text not null,
  ref text not null,
  kind text not null check (kind in ('unknown_reference', 'amount_differs', 'not_expected', 'pending')),
  payout_id uuid,
  noticed_at timestamptz not null,
  foreign key (account, statement_id, ref) references settlement.bank_lines
);
create index breaks_in_order on settlement.reconciliation_breaks (noticed_at, id);

-- What the simulated bank of a sandbox remembers.
create table settlement.simulated_accounts (
  number text primary key,
  scheme text not null check (scheme in ('iban', 'domestic')),
  currency text not null,
  balance_minor bigint not null,
  sequence integer not null
);
create table settlement.simulated_payments (
  end_to_end_id text primary key,
  state text not null check (state in ('booked', 'rejected', 'returned'))
);

create function settlement.refuse_change() returns trigger
language plpgsql
as $body$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end
$body$;

create trigger append_only before update or delete or truncate on settlement.statements
  for each statement execute function settlement.refuse_change();
create trigger append_only before update or delete or truncate on settlement.allocations
  for each statement execute function settlement.refuse_change();
create trigger append_only before update or delete or truncate on settlement.payout_decisions
  for each statement execute function settlement.refuse_change();
create trigger append_only before update or delete or truncate on settlement.bank_lines
  for each statement execute function settlement.refuse_change();

-- A row lock needs an update right on some column; these two are the only ones anybody changes.
grant select, insert, update (closed_through, last_number) on settlement.books to mod_settlement;
grant select, insert, update (posted_at, refused) on settlement.bookings to mod_settlement;
grant select, insert, update on settlement.periods to mod_settlement;
grant select, insert on settlement.statements, settlement.allocations, settlement.payout_decisions to mod_settlement;
grant select, insert, update on settlement.payout_batches, settlement.payouts to mod_settlement;
grant select, insert on settlement.payout_files to mod_settlement;
grant select, insert, update on settlement.bank_accounts to mod_settlement;
grant select, insert on settlement.bank_statements, settlement.bank_lines to mod_settlement;
grant select, insert on settlement.reconciliation_breaks to mod_settlement;
grant select, insert, update on settlement.simulated_accounts, settlement.simulated_payments to mod_settlement;
