-- phase: expand
-- What partners promote, who they are, where they stand, and where their money goes.
select platform.add_module('partners');

create table partners.programs (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  currency char(3) not null,
  time_zone text not null check (length(time_zone) between 1 and 64),
  destination text not null check (length(destination) between 1 and 2048),
  allowed_hosts text[] not null check (cardinality(allowed_hosts) between 1 and 100),
  minimum_payout_minor bigint not null check (minimum_payout_minor >= 0),
  created_at timestamptz not null
);

-- The e-mail address is sealed; its fingerprint tells equal ones from different ones.
create table partners.partners (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  kind text not null check (kind in ('creator', 'dealer', 'agency', 'affiliate')),
  email_sealed text not null,
  email_fingerprint text not null,
  created_at timestamptz not null
);
create index partners_by_email on partners.partners (email_fingerprint);

create table partners.enrolments (
  id uuid primary key,
  program_id uuid not null references partners.programs,
  partner_id uuid not null references partners.partners,
  external_ref text check (length(external_ref) between 1 and 200),
  state text not null check (
    state in ('applied', 'invited', 'approved', 'rejected', 'declined', 'suspended', 'terminated')
  ),
  reason text check (length(reason) between 1 and 500),
  approved_at timestamptz,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  changed_by text not null check (length(changed_by) between 1 and 300),
  unique (program_id, partner_id),
  unique (program_id, external_ref),
  check ((state in ('approved', 'suspended', 'terminated')) = (approved_at is not null))
) with (fillfactor = 80);
create index enrolments_by_partner on partners.enrolments (partner_id);

create table partners.payout_profiles (
  partner_id uuid primary key references partners.partners,
  version integer not null check (version > 0),
  sealed text not null,
  changed_at timestamptz not null,
  changed_by text not null check (length(changed_by) between 1 and 300)
) with (fillfactor = 80);

grant select, insert on partners.programs to mod_partners;
-- Enrolments of a program are made one at a time, behind a lock on its row; PostgreSQL lets lock only who may change.
grant update (name) on partners.programs to mod_partners;
grant select, insert, update on partners.partners, partners.enrolments, partners.payout_profiles to mod_partners;
