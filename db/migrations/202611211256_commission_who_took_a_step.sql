-- phase: expand
-- Some steps are somebody's decision: who took it, and what they said. Old code writes neither.
alter table commission.steps
  add column actor text,
  add column note text;
