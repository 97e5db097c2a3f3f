-- phase: expand
-- All payouts keep the wider rules.
alter table settlement.payouts validate constraint payouts_rails;
alter table settlement.payouts validate constraint payouts_bounces;
alter table settlement.payouts validate constraint payouts_states;
