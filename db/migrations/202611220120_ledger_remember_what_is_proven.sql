-- phase: expand
-- Up to which seal the journal was read again and found as it was sealed: signed, so that nobody moves it by hand, and
-- holding the head of that seal, which takes in all before it.
create table ledger.checkpoints (
  nth bigint primary key generated always as identity,
  seal integer not null check (seal >= 1),
  head bytea not null check (length(head) = 32),
  proven_at timestamptz not null,
  key_id uuid not null,
  signature bytea not null check (length(signature) = 64)
);
grant select, insert on ledger.checkpoints to mod_ledger;

create trigger append_only before update or delete or truncate on ledger.checkpoints
  for each statement execute function ledger.refuse_change();
alter table ledger.checkpoints enable always trigger append_only;

-- The keys of seals stay as long as the seals.
create trigger append_only before update or delete or truncate on ledger.seal_keys
  for each statement execute function ledger.refuse_change();
alter table ledger.seal_keys enable always trigger append_only;
