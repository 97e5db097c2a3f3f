-- phase: expand
-- What could tell one visitor from another is not kept for long, and not against their will.

-- What a month's networks are hashed with. When it is gone, nobody can find out which network a hash was of.
create table attribution.network_salts (
  month date primary key check (extract(day from month) = 1),
  salt bytea not null check (length(salt) = 32)
);
grant select, insert, delete on attribution.network_salts to mod_attribution;

-- Whose traces were removed on request, never in the clear: the fingerprint is a keyed hash.
create table attribution.erasures (
  id uuid primary key,
  kind text not null check (kind in ('visitor', 'customer')),
  fingerprint text not null check (length(fingerprint) between 40 and 50),
  touchpoints integer not null check (touchpoints >= 0),
  conversions integer not null check (conversions >= 0),
  requested_by text not null check (length(requested_by) between 1 and 200),
  erased_at timestamptz not null
);
create index erasures_by_fingerprint on attribution.erasures (fingerprint, erased_at);

-- What stands where a visitor's id stood, so that what is told of them later finds its place without it.
create table attribution.erased_visitors (
  fingerprint text not null check (length(fingerprint) between 40 and 50),
  erased_at timestamptz not null,
  erasure_id uuid not null references attribution.erasures,
  pseudonym text not null check (pseudonym like 'erased:%'),
  primary key (fingerprint, erased_at)
);
grant select, insert on attribution.erasures, attribution.erased_visitors to mod_attribution;

-- A touch stays, for the partner's money depends on it; what it says of the visitor may go.
grant update (visitor_id, user_agent, referrer, network, network_hash, subs) on attribution.touchpoints to mod_attribution;

-- The only door to a decision that was made: it changes the visitor's id to a pseudonym and nothing else. A digest that
-- does not fit is found by whoever checks decisions against their inputs.
create function attribution.pseudonymise_decision(conversion uuid, decision integer, pseudonym text, new_digest text)
returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
as $body$
  update attribution.decisions
  set inputs = jsonb_set(inputs, '{order,visitorId}', to_jsonb(pseudonym)), digest = new_digest
  where conversion_id = conversion
    and number = decision
    and inputs #> '{order,visitorId}' is not null
    and pseudonym like 'erased:%'
$body$;
