-- phase: expand
-- What does not fit, whether a line says it or none does; somebody owns it, proposes what to do, and another agrees. Old
-- code goes on writing `reconciliation_breaks`; they are carried over after it.
create table settlement.breaks (
  id uuid primary key,
  program_id uuid not null,
  kind text not null check (kind in (
    'unknown_reference', 'amount_differs', 'not_expected', 'pending', 'missing_at_bank', 'timing', 'missing_in_ledger',
    'amount_short', 'amount_over', 'duplicate_at_bank', 'fee', 'fx_difference', 'currency_mismatch', 'return_unexpected',
    'pending_too_long', 'statement_gap'
  )),
  account text not null,
  statement_id text,
  ref text,
  line_id uuid,
  payout_id uuid,
  end_to_end_id text,
  amount_minor bigint not null,
  currency text not null,
  direction text not null check (direction in ('debit', 'credit')),
  -- When what it is about happened; `noticed_at` is when we saw that it does not fit.
  happened_at timestamptz not null,
  noticed_at timestamptz not null,
  state text not null check (state in ('open', 'proposed', 'fixed', 'accepted', 'closed')),
  owner text,
  fix text check (fix in ('match', 'book_fee', 'book_income', 'book_loss', 'give_back', 'accept')),
  fix_payout_ids uuid[],
  note text,
  proposed_by text,
  proposed_at timestamptz,
  approved_by text,
  ended_at timestamptz,
  check ((state in ('fixed', 'accepted', 'closed')) = (ended_at is not null)),
  check (state <> 'proposed' or (fix is not null and proposed_by is not null))
);
create index breaks_by_notice on settlement.breaks (noticed_at, id);
create index breaks_of_lines on settlement.breaks (line_id) where state in ('open', 'proposed');
create index breaks_of_payouts on settlement.breaks (payout_id);
grant select, insert, update on settlement.breaks to mod_settlement;
