-- phase: expand
-- What the auditor has seen of each promise, and the pages it signs off. Attestations are written once.
create table settlement.watched_promises (
  promise text primary key,
  state text not null check (state in ('unknown', 'holds', 'doubtful', 'broken')),
  since timestamptz not null,
  looked_at timestamptz not null,
  took_ms double precision not null check (took_ms >= 0),
  looks bigint not null check (looks > 0),
  in_a_row integer not null check (in_a_row >= 0),
  findings jsonb not null,
  failure text
);
grant select, insert, update on settlement.watched_promises to mod_settlement;

create table settlement.attestations (
  number integer primary key check (number > 0),
  at timestamptz not null,
  holds boolean not null,
  content jsonb not null,
  digest bytea not null check (length(digest) = 32)
);
create trigger append_only before update or delete or truncate on settlement.attestations
  for each statement execute function settlement.refuse_change();
grant select, insert on settlement.attestations to mod_settlement;
