-- phase: expand
-- A return names an entry by the end of its payout's id.
-- transaction: none
drop index concurrently if exists settlement.payouts_by_ach_reference;
create index concurrently if not exists payouts_by_ach_reference
  on settlement.payouts (upper(right(replace(id::text, '-', ''), 15))) where rail = 'ach';
