-- phase: expand
-- Who may ask for tokens, and the keys that sign them.
select platform.add_module('identity');

create table identity.clients (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  scopes text[] not null check (cardinality(scopes) between 1 and 100),
  partner_id uuid,
  secret_hash text not null,
  created_at timestamptz not null,
  created_by text not null check (length(created_by) between 1 and 300),
  revoked_at timestamptz,
  revoked_by text check (length(revoked_by) between 1 and 300),
  revoked_because text check (length(revoked_because) between 1 and 500),
  check (num_nulls(revoked_at, revoked_by, revoked_because) in (0, 3))
);

-- One row a generation: two processes that make the same one at once make one. A retired key has no private half.
create table identity.signing_keys (
  generation integer primary key check (generation > 0),
  kid text not null unique check (length(kid) between 1 and 100),
  public_jwk jsonb not null,
  sealed_private text,
  signs_from timestamptz not null,
  made_at timestamptz not null,
  retired_at timestamptz,
  check ((retired_at is null) = (sealed_private is not null))
);

grant select, insert, update on identity.clients, identity.signing_keys to mod_identity;
