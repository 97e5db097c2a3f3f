-- phase: expand
-- What history would have earned by other terms: asked for, gone through by a job, kept with its result.
create table commission.backtests (
  id uuid primary key,
  program_id uuid not null,
  subject jsonb not null,
  from_at timestamptz not null,
  until_at timestamptz not null check (until_at > from_at),
  asked_by text not null,
  asked_at timestamptz not null,
  state text not null check (state in ('running', 'finished', 'failed')),
  judged bigint not null check (judged >= 0),
  result jsonb,
  failure text,
  finished_at timestamptz check ((finished_at is null) = (state = 'running'))
);
create index backtests_running on commission.backtests (asked_at, id) where state = 'running';
create index backtests_by_program on commission.backtests (program_id, id);

grant select, insert, update on commission.backtests to mod_commission;
