-- phase: expand
-- One open case for each partner of an order, found by order as before. Cases that old code opened hold nobody up.
-- transaction: none
drop index concurrently if exists fraud.open_case_by_order;
create unique index concurrently if not exists open_case_by_order
  on fraud.cases (order_id, partner_id) where state = 'open';
