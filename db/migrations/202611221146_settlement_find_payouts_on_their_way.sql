-- phase: expand
-- What is on its way for too long is found by age.
-- transaction: none
drop index concurrently if exists settlement.payouts_on_their_way;
create index concurrently if not exists payouts_on_their_way on settlement.payouts (submitted_at)
  where state in ('submitted', 'accepted', 'in_transit', 'unclaimed', 'unknown');
