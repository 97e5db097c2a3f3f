-- phase: expand
-- What partners may claim in disputes, and the account that payouts leave from, are loosened by two people as well. Old code
-- asks for neither.
alter table settlement.setting_changes drop constraint setting_changes_setting_check;
alter table settlement.setting_changes add constraint setting_changes_known_setting check (
  setting in ('payout_policy', 'tax_settings', 'fx_settings', 'dispute_terms', 'bank_account')
) not valid;
