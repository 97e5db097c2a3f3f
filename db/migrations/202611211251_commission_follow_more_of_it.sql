-- phase: expand
-- A commission has a share of the credit, holds with their time, a day somebody has to look at it, and entries of the
-- terms after its lock; another may follow it. Old code writes none of it.
alter table commission.commissions
  add column share text,
  add column holds jsonb,
  add column adjusted_minor bigint,
  add column review_after_days integer,
  add column reviewed_at timestamptz,
  add column review_at timestamptz,
  add column parent_id uuid,
  add column recruit_level smallint,
  add column recruit_percent text;

-- What was added after the lock can be taken back as well.
alter table commission.commissions drop constraint commissions_check2;
alter table commission.commissions add constraint commissions_clawed_back check (
  clawed_back_minor >= 0 and clawed_back_minor <= amount_minor + coalesce(adjusted_minor, 0)
) not valid;

-- Append-only: all that ever happened to a commission.
create table commission.steps (
  commission_id uuid not null,
  sequence bigint generated always as identity,
  kind text not null,
  at timestamptz not null,
  amount_minor bigint not null check (amount_minor >= 0),
  currency text not null,
  by_minor bigint,
  reasons text[] not null,
  adjustment_id uuid,
  payout_id uuid,
  recorded_at timestamptz not null,
  primary key (commission_id, sequence)
);

-- Entries beside commissions. Only a decision changes one, and it is made once.
create table commission.adjustments (
  id uuid primary key,
  program_id uuid not null,
  partner_id uuid not null,
  commission_id uuid,
  order_id uuid,
  order_ref text,
  kind text not null check (kind in ('adjustment', 'bonus', 'terms')),
  amount_minor bigint not null check (amount_minor <> 0),
  currency text not null,
  reason text not null,
  note text,
  explanation jsonb,
  state text not null check (state in ('proposed', 'approved', 'rejected')),
  proposed_by text not null,
  proposed_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  decision_note text,
  check ((commission_id is null) = (order_id is null)),
  check ((state = 'proposed') = (decided_at is null)),
  check ((decided_at is null) = (decided_by is null)),
  check (kind <> 'terms' or commission_id is not null)
) with (fillfactor = 80);
create index adjustments_by_partner on commission.adjustments (partner_id, id);
create index adjustments_by_commission on commission.adjustments (commission_id) where commission_id is not null;
create index adjustments_proposed on commission.adjustments (program_id, id) where state = 'proposed';

create table commission.adjustment_limits (
  program_id uuid primary key,
  limit_minor bigint not null check (limit_minor >= 0),
  currency text not null
);

grant select, insert on commission.steps to mod_commission;
grant select, insert, update (state, decided_by, decided_at, decision_note) on commission.adjustments to mod_commission;
grant select, insert, update on commission.adjustment_limits to mod_commission;
