-- phase: backfill
-- By what old code converted orders last, as their explanations say, for terms that convert at the order's moment. Of those
-- that convert at delivery the moment is not known here: they keep the rate that the next look at them takes.
insert into commission.rates_taken (
  order_id, source, from_currency, to_currency, wanted_at, rate, rate_at, taken_at
)
select
  old.order_id, last.exchange ->> 'source', last.exchange ->> 'from', last.exchange ->> 'to', old.accrued_at,
  last.exchange ->> 'rate', (last.exchange ->> 'at')::timestamptz, last.calculated_at
from commission.commissions as old
join commission.terms on terms.id = old.terms_id and terms.terms -> 'exchange' ->> 'at' = 'order'
cross join lateral (
  select explanation -> 'exchange' as exchange, calculated_at
  from commission.calculations
  where calculations.commission_id = old.id
  order by sequence desc
  limit 1
) as last
where
  last.exchange is not null
  and not exists (select from commission.rates_taken where rates_taken.order_id = old.order_id)
limit 1000
on conflict do nothing
returning order_id;
