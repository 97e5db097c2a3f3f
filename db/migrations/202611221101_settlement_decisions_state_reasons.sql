-- phase: expand
-- A decision states all that stood against a payout. `blocked` is what old code has no word for; it shows it as it is.
alter table settlement.payout_decisions add column reasons jsonb;
alter table settlement.payout_decisions drop constraint payout_decisions_outcome_check;
alter table settlement.payout_decisions add constraint payout_decisions_known_outcomes check (
  outcome in ('payout', 'below_minimum', 'suspended', 'not_enrolled', 'no_payout_profile', 'blocked')
) not valid;
