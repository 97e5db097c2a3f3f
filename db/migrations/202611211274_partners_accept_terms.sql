-- phase: expand
-- Partners accept versions of terms by their hash. Old code neither asks for that nor hears of terms.
create table partners.published_terms (
  terms_id uuid primary key,
  program_id uuid not null,
  version integer not null check (version > 0),
  hash text not null check (length(hash) = 64),
  effective_from timestamptz not null,
  published_at timestamptz not null
);

-- Append-only: what was accepted stays accepted.
create table partners.acceptances (
  partner_id uuid not null references partners.partners,
  terms_id uuid not null references partners.published_terms,
  program_id uuid not null,
  hash text not null check (length(hash) = 64),
  accepted_at timestamptz not null,
  accepted_by text not null check (length(accepted_by) between 1 and 300),
  primary key (partner_id, terms_id)
);
create index acceptances_by_terms on partners.acceptances (terms_id, partner_id);

grant select, insert on partners.published_terms, partners.acceptances to mod_partners;
