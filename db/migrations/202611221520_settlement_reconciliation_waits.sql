-- phase: expand
-- How far the bank may be off, and what one person decides about it, is loosened by two people as well. Old code does not ask.
alter table settlement.setting_changes drop constraint setting_changes_known_setting;
alter table settlement.setting_changes add constraint setting_changes_one_of_settings check (
  setting in (
    'payout_policy', 'tax_settings', 'fx_settings', 'dispute_terms', 'bank_account', 'reconciliation_settings'
  )
) not valid;
