-- phase: expand
-- When nobody of a batch can be paid it is not sent; each payout says since when, and why. Old code ignores the columns.
alter table settlement.payouts add column held_back_at timestamptz, add column held_back_because text;
