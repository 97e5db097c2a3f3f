-- phase: expand
-- All decisions keep the wider rule.
alter table settlement.payout_decisions validate constraint payout_decisions_known_outcomes;
