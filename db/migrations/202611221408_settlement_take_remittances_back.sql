-- phase: expand
-- A remittance that the bank never made is taken back. Old code does not do it.
alter table settlement.tax_remittances drop constraint tax_remittances_state_check;
alter table settlement.tax_remittances add constraint tax_remittances_known_state check (
  state in ('asked', 'approved', 'refused', 'taken_back')
) not valid;
