-- phase: expand
-- Invoices that we write in the name of partners: who stands on them, that the partner agreed, and the invoices themselves.
-- Of a program as the buyer, and of a partner as the supplier. Invoices keep what was true when they were drafted.
create table settlement.billing_profiles (
  owner_id uuid not null,
  role text not null check (role in ('buyer', 'supplier')),
  profile jsonb not null check (jsonb_typeof(profile) = 'object'),
  primary key (owner_id, role)
);

-- Each time a partner agreed, and when it took that back.
create table settlement.self_billing_agreements (
  program_id uuid not null,
  partner_id uuid not null,
  agreed_at timestamptz not null,
  agreed_by text not null,
  ended_at timestamptz check (ended_at >= agreed_at),
  primary key (program_id, partner_id, agreed_at)
);

-- The last number of a partner's series.
create table settlement.invoice_series (
  partner_id uuid primary key,
  last_number integer not null check (last_number >= 0)
);

create table settlement.invoices (
  id uuid primary key,
  statement_id uuid not null references settlement.statements,
  program_id uuid not null,
  partner_id uuid not null,
  period text not null,
  kind text not null check (kind in ('invoice', 'credit_note')),
  voids uuid unique references settlement.invoices,
  state text not null check (state in ('draft', 'issued', 'accepted', 'disputed', 'voided')),
  content jsonb not null check (jsonb_typeof(content) = 'object'),
  drafted_at timestamptz not null,
  number integer check (number > 0),
  issued_at timestamptz,
  digest bytea check (length(digest) = 32),
  answered_at timestamptz,
  reason text check (length(reason) between 1 and 2000),
  unique (partner_id, number),
  check ((state = 'draft') = (number is null)),
  check (num_nonnulls(number, issued_at, digest) in (0, 3))
);
create index invoices_by_statement on settlement.invoices (statement_id);
create index invoices_in_order on settlement.invoices (period, id);
create index invoices_by_partner on settlement.invoices (partner_id, period, id);

-- What is issued never changes but for what becomes of it, and nothing is taken away.
create function settlement.refuse_other_invoice() returns trigger
language plpgsql
as $body$
begin
  if old.state <> 'draft' and (
    (new.id, new.statement_id, new.program_id, new.partner_id, new.period, new.kind, new.content, new.drafted_at, new.number,
      new.issued_at, new.digest, new.voids)
    is distinct from
    (old.id, old.statement_id, old.program_id, old.partner_id, old.period, old.kind, old.content, old.drafted_at, old.number,
      old.issued_at, old.digest, old.voids)
  ) then
    raise exception 'invoice % is issued', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end
$body$;
create trigger issued_stays before update on settlement.invoices
  for each row execute function settlement.refuse_other_invoice();
create trigger append_only before delete or truncate on settlement.invoices
  for each statement execute function settlement.refuse_change();

grant select, insert, update on settlement.billing_profiles, settlement.self_billing_agreements, settlement.invoice_series,
  settlement.invoices to mod_settlement;
