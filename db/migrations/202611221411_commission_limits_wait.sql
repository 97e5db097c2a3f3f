-- phase: expand
-- A higher limit for adjustments waits here for a second person, one at a time; what was decided stays.
create table commission.adjustment_limit_changes (
  id uuid primary key,
  program_id uuid not null,
  from_minor bigint not null check (from_minor >= 0),
  limit_minor bigint not null,
  currency text not null,
  state text not null check (state in ('proposed', 'approved', 'rejected')),
  proposed_by text not null,
  proposed_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  check (limit_minor > from_minor),
  check ((state = 'proposed') = (decided_by is null)),
  check ((decided_by is null) = (decided_at is null)),
  check (state <> 'approved' or decided_by <> proposed_by)
) with (fillfactor = 80);
create unique index adjustment_limit_changes_wait_one_at_a_time on commission.adjustment_limit_changes (program_id)
  where state = 'proposed';
grant select, insert, update (state, decided_by, decided_at) on commission.adjustment_limit_changes to mod_commission;
