-- phase: backfill
-- Old code kept the terms of the placing where the delivery, or another moment of the order, brought later ones. Commissions
-- get those that their explanation is by, recruit commissions those of their parent; who waited for the others is looked at.
update commission.commissions as c
set terms_id = judging.id, terms_version = judging.version, awaits_acceptance = null
from (
  select old.id as commission_id, terms.id, terms.version
  from commission.commissions as old
  cross join lateral (
    select (explanation -> 'terms' ->> 'version')::integer as version
    from commission.calculations
    where calculations.commission_id = coalesce(old.parent_id, old.id)
      and calculations.kind not in ('clawed_back', 'topped_up')
    order by calculations.sequence desc
    limit 1
  ) as explained
  join commission.terms on terms.program_id = old.program_id and terms.version = explained.version
  where
    old.program_id in (select program_id from commission.terms where version > 1)
    and old.terms_version <> explained.version
  limit 1000
  for update of old skip locked
) as judging
where c.id = judging.commission_id
returning c.id;
