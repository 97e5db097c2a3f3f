-- phase: expand
-- All breaks keep the rule.
alter table settlement.breaks validate constraint breaks_know_what_is_expected;
