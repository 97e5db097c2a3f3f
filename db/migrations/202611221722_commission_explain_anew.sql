-- phase: expand
-- The same cents by other goods or other terms are explained too.
alter table commission.calculations drop constraint calculations_kinds;
alter table commission.calculations add constraint calculations_kinds
  check (kind in ('accrued', 'raised', 'reduced', 'restated', 'clawed_back', 'topped_up')) not valid;
