-- phase: expand
-- What a tax office asks of a partner before it may be paid. Every version is kept: what was known when a payout was made
-- must be known when the year is reported.
create table partners.tax_profiles (
  partner_id uuid not null references partners.partners (id),
  version integer not null check (version > 0),
  sealed text not null,
  changed_at timestamptz not null,
  changed_by text not null check (length(changed_by) between 1 and 300),
  primary key (partner_id, version)
);
grant select, insert on partners.tax_profiles to mod_partners;
