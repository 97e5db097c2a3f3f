-- phase: expand
-- All payouts keep the wider rule.
alter table settlement.payouts validate constraint payouts_leaves;
