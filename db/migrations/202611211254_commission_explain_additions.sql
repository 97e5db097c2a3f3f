-- phase: expand
-- What the terms add after the lock is explained too.
alter table commission.calculations drop constraint calculations_kind_check;
alter table commission.calculations add constraint calculations_kinds
  check (kind in ('accrued', 'raised', 'reduced', 'clawed_back', 'topped_up')) not valid;
