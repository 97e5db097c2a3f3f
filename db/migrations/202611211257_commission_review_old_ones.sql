-- phase: backfill
-- Commissions from before there were reviews have their day two years after they accrued, as terms say that say nothing.
update commission.commissions set review_at = accrued_at + interval '17520 hours', review_after_days = 730
where id in (
  select id from commission.commissions where review_at is null limit 1000 for update skip locked
)
returning id;
