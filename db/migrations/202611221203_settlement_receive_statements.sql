-- phase: expand
-- What becomes of a statement after it was closed. Old code notes nothing; such a statement is just closed.
create table settlement.statement_receptions (
  statement_id uuid primary key references settlement.statements,
  state text not null check (state in ('closed', 'sent', 'acknowledged', 'disputed')),
  sent_at timestamptz,
  sent_by text,
  answered_at timestamptz,
  answered_by text,
  reason text check (length(reason) between 1 and 2000),
  check ((state = 'closed') = (sent_at is null)),
  check ((state in ('acknowledged', 'disputed')) = (answered_at is not null))
);
grant select, insert, update on settlement.statement_receptions to mod_settlement;
