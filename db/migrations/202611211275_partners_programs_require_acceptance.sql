-- phase: expand
-- A program may insist that its partners accept the terms. Old code insists on nothing.
alter table partners.programs add column requires_acceptance boolean not null default false;
grant update (requires_acceptance) on partners.programs to mod_partners;
