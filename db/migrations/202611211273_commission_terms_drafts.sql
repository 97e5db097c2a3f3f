-- phase: expand
-- Terms are written by some and reviewed by another before they are published. Old code publishes without.
create table commission.terms_drafts (
  id uuid primary key,
  program_id uuid not null,
  state text not null check (state in ('draft', 'submitted', 'approved', 'published', 'discarded')),
  revision integer not null check (revision > 0),
  terms jsonb not null,
  effective_from timestamptz not null,
  written_by text[] not null check (cardinality(written_by) between 1 and 1000),
  reviewed_by text check (length(reviewed_by) between 1 and 300),
  note text check (length(note) between 1 and 2000),
  acknowledged jsonb not null,
  published_by text check (length(published_by) between 1 and 300),
  terms_id uuid references commission.terms,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  -- A person never reviews what they wrote.
  check (reviewed_by is null or state not in ('approved', 'published') or not (reviewed_by = any (written_by))),
  check ((state = 'published') = (terms_id is not null and published_by is not null))
) with (fillfactor = 80);
create index terms_drafts_by_program on commission.terms_drafts (program_id, id);
create index terms_drafts_by_terms on commission.terms_drafts (terms_id) where terms_id is not null;

grant select, insert, update on commission.terms_drafts to mod_commission;
