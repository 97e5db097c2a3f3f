-- phase: expand
-- A payout that comes back from an account that is bad tells that nothing more is to go there: to that version of what the
-- partner said of its money. What old code sends names no version, and refuses nothing.
create table settlement.refused_methods (
  payout_id uuid primary key,
  program_id uuid not null,
  partner_id uuid not null,
  profile_version integer not null check (profile_version > 0),
  code text not null,
  sent_at timestamptz not null,
  refused_at timestamptz not null,
  allowed_at timestamptz
);
create index refused_methods_by_partner on settlement.refused_methods (partner_id) where allowed_at is null;
grant select, insert, update on settlement.refused_methods to mod_settlement;

alter table settlement.payouts add column profile_version integer;
