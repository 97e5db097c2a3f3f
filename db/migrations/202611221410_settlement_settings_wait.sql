-- phase: expand
-- A change of a setting that guards money less than before waits here for a second person. One waits at a time; what was
-- decided stays, for whoever asks later who agreed.
create table settlement.setting_changes (
  id uuid primary key,
  setting text not null check (setting in ('payout_policy', 'tax_settings', 'fx_settings')),
  program_id uuid not null,
  partner_id uuid,
  seen integer not null check (seen >= 0),
  wanted jsonb not null,
  loosens text[] not null,
  state text not null check (state in ('asked', 'approved', 'refused')),
  asked_by text not null,
  asked_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  check ((state = 'asked') = (decided_by is null)),
  check ((decided_by is null) = (decided_at is null)),
  check (state <> 'approved' or decided_by <> asked_by)
) with (fillfactor = 80);
create unique index setting_changes_wait_one_at_a_time on settlement.setting_changes
  (setting, program_id, coalesce(partner_id, '00000000-0000-0000-0000-000000000000'))
  where state = 'asked';
create index setting_changes_by_program on settlement.setting_changes (program_id, id);
grant select, insert, update (state, decided_by, decided_at) on settlement.setting_changes to mod_settlement;
