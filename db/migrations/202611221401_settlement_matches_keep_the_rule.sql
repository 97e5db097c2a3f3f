-- phase: expand
-- All matches keep the wider rules.
alter table settlement.matches validate constraint matches_known_action;
alter table settlement.matches validate constraint matches_known_rule;
alter table settlement.matches validate constraint matches_confirm_what_is_expected;
