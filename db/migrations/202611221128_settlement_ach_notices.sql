-- phase: expand
-- What receiving banks say of our ACH entries: returns, and what is to be written otherwise. A correction may be an account
-- number, so it rests encrypted. A notice of no payout of ours is kept as well.
create table settlement.ach_notices (
  reference text not null,
  code text not null,
  trace text not null,
  kind text not null check (kind in ('return', 'change')),
  payout_id uuid references settlement.payouts,
  amount_minor bigint not null,
  corrected text,
  noted_at timestamptz not null,
  primary key (reference, code, trace)
);
create index ach_notices_in_order on settlement.ach_notices (noted_at, reference, code, trace);
create trigger append_only before update or delete or truncate on settlement.ach_notices
  for each statement execute function settlement.refuse_change();
grant select, insert on settlement.ach_notices to mod_settlement;
