-- phase: expand
-- All explanations are of a kind there is.
alter table commission.calculations validate constraint calculations_kinds;
