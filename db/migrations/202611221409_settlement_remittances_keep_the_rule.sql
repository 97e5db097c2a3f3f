-- phase: expand
-- All remittances keep the wider rule.
alter table settlement.tax_remittances validate constraint tax_remittances_known_state;
