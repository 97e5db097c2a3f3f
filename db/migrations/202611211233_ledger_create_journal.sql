-- phase: expand
-- The journal in a third less room, in any number of currencies a transaction; and what stands around it: states of
-- accounts, closed periods, holds, templates, seals.

-- ── transactions and their entries ─────────────────────────────────────────────────────────────────────────────────
-- The id is the caller's, for ever; the digest (half a SHA-256) tells the same content from another under one id. The
-- number orders the whole journal; it is an order, not a count: numbers are skipped, and a lower one may be committed
-- later. When it counts is in the entries. Columns are in the order that leaves no gaps between them.
create sequence ledger.journal_number_seq as bigint cache 1;
create table ledger.journal (
  number bigint not null default nextval('ledger.journal_number_seq'),
  recorded_at timestamptz not null,
  id uuid not null,
  reverses uuid,
  count smallint not null check (count between 2 and 1000),
  digest bytea not null check (length(digest) = 16),
  purpose text not null check (length(purpose) between 1 and 100),
  metadata jsonb check (jsonb_typeof(metadata) = 'object'),
  primary key (id)
);
create unique index journal_by_number on ledger.journal (number);

-- A positive amount debits, a negative one credits. The position is 1,024 times the number of the transaction, and which
-- of its entries this is; entries lie in its order, so that a summary of their pages finds those of a transaction, where
-- a tree would cost as much as the amounts. Foreign keys are left to the trigger below: as keys they cost 70 % of the
-- insert, and what they would refer to is never deleted.
create table ledger.entries (
  position bigint not null,
  minor bigint not null check (minor <> 0),
  effective_at timestamptz not null,
  account integer not null
);
create index entries_by_account on ledger.entries (account, effective_at, position);
create index entries_by_position on ledger.entries using brin (position) with (pages_per_range = 32, autosummarize = on);

grant usage on sequence ledger.journal_number_seq to mod_ledger;
grant select on sequence ledger.journal_number_seq to mod_ledger;
grant select, insert on ledger.journal, ledger.entries to mod_ledger;

-- What is in the journal is sound: a transaction comes whole, as many entries as it says, in the database transaction
-- that brings it, on existing accounts, at one moment, summing to zero in each currency. So none can be added later.
--
-- Once a statement, over its transition table. The planner settings keep it at index look-ups: a plan made while the
-- tables were small reads them whole when they have grown.
create function ledger.refuse_unsound_entries() returns trigger
language plpgsql
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $body$
declare
  unsound bigint;
begin
  select by_currency.number into unsound
  from (
    select entry.position >> 10 as number, accounts.currency, sum(entry.minor) as total, count(*) as entries,
      count(accounts.id) as known, max(entry.position & 1023) as last, min(entry.effective_at) as first_at,
      max(entry.effective_at) as last_at
    from new_entries as entry
    left join ledger.account_numbers as numbered on numbered.number = entry.account
    left join ledger.accounts on accounts.id = numbered.account_id
    group by entry.position >> 10, accounts.currency
  ) as by_currency
  left join ledger.journal on journal.number = by_currency.number and journal.xmin = pg_current_xact_id()::xid
  group by by_currency.number
  having bool_or(total <> 0)
    or sum(known) <> sum(entries)
    or sum(entries) is distinct from max(journal.count)
    or sum(entries) <> max(last)
    or min(first_at) <> max(last_at)
  limit 1;
  if found then
    raise exception 'the entries of ledger transaction % are not sound', unsound
      using errcode = 'check_violation', hint = 'they come at once, on accounts, and sum to zero in each currency';
  end if;
  return null;
end
$body$;

create trigger sound after insert on ledger.entries
  referencing new table as new_entries
  for each statement execute function ledger.refuse_unsound_entries();

create trigger append_only before update or delete or truncate on ledger.journal
  for each statement execute function ledger.refuse_change();
create trigger append_only before update or delete or truncate on ledger.entries
  for each statement execute function ledger.refuse_change();
alter table ledger.journal enable always trigger append_only;
alter table ledger.entries enable always trigger append_only;

-- ── accounts as they change, and periods that close ────────────────────────────────────────────────────────────────
-- The account itself never changes; what may is here, each version whole. Without a row it is open, as it was opened.
create table ledger.account_changes (
  account integer not null,
  version integer not null check (version >= 1),
  state text not null check (state in ('open', 'frozen', 'closed')),
  credit_limit bigint check (credit_limit >= 0),
  metadata jsonb not null check (jsonb_typeof(metadata) = 'object'),
  reason text not null check (length(reason) between 1 and 500),
  changed_by text not null check (length(changed_by) between 1 and 200),
  changed_at timestamptz not null,
  primary key (account, version)
);

-- Nothing that counts before that moment is posted any more to accounts whose code starts with the scope.
create table ledger.closings (
  scope text collate "C" not null check (scope ~ '^[!-~]{0,200}$'),
  closed_before timestamptz not null,
  closed_by text not null check (length(closed_by) between 1 and 200),
  closed_at timestamptz not null,
  primary key (scope, closed_before)
);

-- ── holds ──────────────────────────────────────────────────────────────────────────────────────────────────────────
-- An amount promised from one account to another. What is left of it is held on the bounded accounts it would take from.
create table ledger.holds (
  id uuid primary key,
  debit integer not null,
  credit integer not null,
  minor bigint not null check (minor > 0),
  remaining bigint not null check (remaining between 0 and minor),
  state text not null check (state in ('open', 'posted', 'voided', 'expired')),
  purpose text not null check (length(purpose) between 1 and 100),
  metadata jsonb not null check (jsonb_typeof(metadata) = 'object'),
  digest bytea not null check (length(digest) = 16),
  placed_at timestamptz not null,
  expires_at timestamptz,
  ended_at timestamptz,
  check ((state = 'open') = (ended_at is null)),
  check (state <> 'open' or remaining > 0)
);
create index holds_by_expiry on ledger.holds (expires_at) where state = 'open' and expires_at is not null;
create index holds_by_debit on ledger.holds (debit) where state = 'open';
create index holds_by_credit on ledger.holds (credit) where state = 'open';

-- ── templates ──────────────────────────────────────────────────────────────────────────────────────────────────────
create table ledger.templates (
  name text collate "C" not null check (name ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$'),
  version integer not null check (version >= 1),
  body jsonb not null check (jsonb_typeof(body) = 'object'),
  digest text not null check (length(digest) = 64),
  published_by text not null check (length(published_by) between 1 and 200),
  published_at timestamptz not null,
  primary key (name, version)
);

-- A run is known by its id for ever: the same parameters are the same run, whatever the balances are by then.
create table ledger.template_runs (
  id uuid primary key,
  name text collate "C" not null,
  version integer not null,
  digest text not null check (length(digest) = 64),
  transactions uuid[] not null,
  ran_at timestamptz not null,
  foreign key (name, version) references ledger.templates
);

-- ── seals ──────────────────────────────────────────────────────────────────────────────────────────────────────────
create table ledger.seal_keys (
  id uuid primary key,
  public_key text not null,
  sealed_private_key text not null,
  made_at timestamptz not null
);

-- A Merkle tree over the transactions after one number and up to another; each head takes in the one before. The marks
-- are the first four bytes of each leaf: when the tree does not come out, they tell where.
create table ledger.seals (
  number integer primary key check (number >= 1),
  after bigint not null,
  up_to bigint not null check (up_to > after),
  count integer not null check (count >= 1),
  root bytea not null check (length(root) = 32),
  head bytea not null check (length(head) = 32),
  marks bytea not null check (length(marks) = 4 * count),
  key_id uuid not null references ledger.seal_keys,
  signature bytea not null check (length(signature) = 64),
  sealed_at timestamptz not null
);
create unique index seals_by_reach on ledger.seals (up_to);

grant select, insert on ledger.account_changes, ledger.closings, ledger.templates, ledger.template_runs, ledger.seal_keys,
  ledger.seals to mod_ledger;
grant select, insert, update on ledger.holds to mod_ledger;

create trigger append_only before update or delete or truncate on ledger.account_changes
  for each statement execute function ledger.refuse_change();
create trigger append_only before update or delete or truncate on ledger.closings
  for each statement execute function ledger.refuse_change();
create trigger append_only before update or delete or truncate on ledger.templates
  for each statement execute function ledger.refuse_change();
create trigger append_only before update or delete or truncate on ledger.template_runs
  for each statement execute function ledger.refuse_change();
create trigger append_only before update or delete or truncate on ledger.seals
  for each statement execute function ledger.refuse_change();
alter table ledger.account_changes enable always trigger append_only;
alter table ledger.closings enable always trigger append_only;
alter table ledger.templates enable always trigger append_only;
alter table ledger.template_runs enable always trigger append_only;
alter table ledger.seals enable always trigger append_only;
