-- phase: expand
-- Of a payout that was sent: how much of it went to which tax office, at what rate, for what reason.
alter table settlement.payouts add column withholding jsonb;
