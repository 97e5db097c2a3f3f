-- phase: expand
-- What became of a payout that nobody knows the end of, as its provider has confirmed in writing: one person says so, and
-- another agrees.
create table settlement.payout_rulings (
  id uuid primary key,
  payout_id uuid not null references settlement.payouts,
  program_id uuid not null,
  verdict text not null check (verdict in ('paid', 'not_paid')),
  note text not null,
  state text not null check (state in ('asked', 'approved', 'refused')),
  asked_by text not null,
  asked_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  check ((state = 'asked') = (decided_by is null)),
  check (decided_by <> asked_by or state = 'refused')
);
create unique index payout_rulings_asked on settlement.payout_rulings (payout_id) where state = 'asked';
create unique index payout_rulings_approved on settlement.payout_rulings (payout_id) where state = 'approved';
create index payout_rulings_in_order on settlement.payout_rulings (asked_at, id);
grant select, insert, update (state, decided_by, decided_at) on settlement.payout_rulings to mod_settlement;
