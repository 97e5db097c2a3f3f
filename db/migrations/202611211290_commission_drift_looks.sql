-- phase: expand
-- Looks at commissions, some every day, whether they would come out as they did.
create table commission.drift_looks (
  id bigint generated always as identity primary key,
  started_at timestamptz not null,
  reached uuid,
  checked bigint not null default 0 check (checked >= 0),
  -- Of those, whose explanation comes to something else, and which the facts bring to something else.
  from_explanation bigint not null default 0 check (from_explanation >= 0),
  from_facts bigint not null default 0 check (from_facts >= 0),
  -- Orders that the facts bring to something else; news of them may just have been on the way.
  suspects uuid[] not null default '{}',
  read_at timestamptz,
  finished_at timestamptz
);
grant select, insert, update on commission.drift_looks to mod_commission;
