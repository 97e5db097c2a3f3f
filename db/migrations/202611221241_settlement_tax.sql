-- phase: expand
-- What a program has to observe for tax, what was withheld of a payout and why, and what was reported of a year. Reports
-- hold tax numbers, so they rest sealed.
create table settlement.tax_settings (
  program_id uuid not null,
  version integer not null check (version > 0),
  jurisdictions text[] not null,
  source text not null check (source in ('domestic', 'foreign')),
  changed_by text not null,
  changed_at timestamptz not null,
  primary key (program_id, version)
);
create table settlement.tax_reports (
  program_id uuid not null,
  year integer not null check (year between 2000 and 2200),
  jurisdiction text not null check (jurisdiction in ('US', 'EU')),
  number integer not null check (number > 0),
  sealed text not null,
  digest bytea not null check (length(digest) = 32),
  made_by text not null,
  made_at timestamptz not null,
  primary key (program_id, year, jurisdiction, number)
);
create trigger append_only before update or delete or truncate on settlement.tax_settings
  for each statement execute function settlement.refuse_change();
create trigger append_only before update or delete or truncate on settlement.tax_reports
  for each statement execute function settlement.refuse_change();
grant select, insert on settlement.tax_settings, settlement.tax_reports to mod_settlement;
