-- phase: expand
-- What is due but waits for its partner to accept the terms is noted, so that those behind it have their turn. Old code
-- waits for nobody.
alter table commission.commissions add column awaits_acceptance boolean;
