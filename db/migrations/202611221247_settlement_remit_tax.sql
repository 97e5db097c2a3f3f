-- phase: expand
-- What was withheld is paid to its tax office by two people: one asks, another agrees.
create table settlement.tax_remittances (
  id uuid primary key,
  program_id uuid not null,
  jurisdiction text not null check (length(jurisdiction) between 1 and 20),
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  reference text not null check (length(reference) between 1 and 100),
  state text not null check (state in ('asked', 'approved', 'refused')),
  asked_by text not null,
  asked_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  check ((state = 'asked') = (decided_by is null)),
  check ((decided_by is null) = (decided_at is null)),
  check (state <> 'approved' or decided_by <> asked_by)
) with (fillfactor = 80);
create index tax_remittances_by_program on settlement.tax_remittances (program_id, id);
grant select, insert, update (state, decided_by, decided_at) on settlement.tax_remittances to mod_settlement;
