-- phase: expand
-- An order's credit may be shared by several partners, and each part has verdicts of its own. Old code reads and writes
-- one partner and one verdict, as before.
alter table commission.credits
  add column credits jsonb,
  add column verdicts jsonb;
