-- phase: expand
-- What was found about each credited conversion, and the cases people have to look at.
select platform.add_module('fraud');

-- Every verdict ever given, with the facts it rests on.
create table fraud.assessments (
  id uuid primary key,
  conversion_id uuid not null,
  order_id uuid not null,
  program_id uuid not null,
  partner_id uuid not null,
  click_id uuid not null,
  verdict text not null check (verdict in ('allow', 'review', 'reject')),
  rules_version integer not null check (rules_version > 0),
  facts jsonb not null,
  findings jsonb not null,
  reviewer text check (length(reviewer) between 1 and 200),
  reason text check (length(reason) between 1 and 500),
  assessed_at timestamptz not null,
  check ((reviewer is null) = (reason is null)),
  -- Rules hold; only people reject.
  check (verdict <> 'reject' or reviewer is not null)
);
create index assessments_by_order on fraud.assessments (order_id, id);
create index rejections_by_order on fraud.assessments (order_id, partner_id) where verdict = 'reject';

create table fraud.cases (
  id uuid primary key,
  order_id uuid not null,
  assessment_id uuid not null references fraud.assessments,
  state text not null check (state in ('open', 'allowed', 'rejected', 'dropped')),
  opened_at timestamptz not null,
  closed_at timestamptz,
  reviewer text check (length(reviewer) between 1 and 200),
  reason text check (length(reason) between 1 and 500),
  check ((state = 'open') = (closed_at is null)),
  check ((state in ('allowed', 'rejected')) = (reviewer is not null)),
  check ((reviewer is null) = (reason is null))
) with (fillfactor = 85);
create unique index open_case_by_order on fraud.cases (order_id) where state = 'open';
create index cases_by_state on fraud.cases (state, id);

grant select, insert on fraud.assessments to mod_fraud;
grant select, insert, update on fraud.cases to mod_fraud;
