-- phase: expand
-- All batches and payouts keep the wider rules.
alter table settlement.payout_batches validate constraint payout_batches_rails;
alter table settlement.payouts validate constraint payouts_rails;
alter table settlement.payouts validate constraint payouts_bounces;
alter table settlement.payouts validate constraint payouts_states;
