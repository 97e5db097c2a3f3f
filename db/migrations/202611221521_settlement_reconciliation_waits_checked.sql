-- phase: expand
-- All changes keep the wider rule.
alter table settlement.setting_changes validate constraint setting_changes_one_of_settings;
