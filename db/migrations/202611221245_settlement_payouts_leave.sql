-- phase: expand
-- What leaves the house for a payout, and by which rate. Null: the amount itself, as all that old code sends.
alter table settlement.payouts
  add column leaves_minor bigint,
  add column leaves_currency text,
  add column exchange jsonb;
alter table settlement.payouts add constraint payouts_leaves
  check ((leaves_minor is null) = (leaves_currency is null) and leaves_minor > 0) not valid;
