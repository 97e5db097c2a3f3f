-- phase: expand
-- A wallet may leave a payout unclaimed, and some rails take back that they paid: each time is counted, for what is booked
-- again needs a name of its own. What old code decides goes to a bank.
alter table settlement.payouts
  add column rail text,
  add column bounces integer;
alter table settlement.payouts add constraint payouts_rails check (rail in ('bank', 'ach', 'wallet')) not valid;
alter table settlement.payouts add constraint payouts_bounces check (bounces >= 0) not valid;
alter table settlement.payouts drop constraint payouts_state_check;
alter table settlement.payouts add constraint payouts_states check (state in (
  'draft', 'approved', 'submitted', 'accepted', 'in_transit', 'unclaimed', 'settled', 'rejected', 'cancelled', 'returned',
  'unknown'
)) not valid;
