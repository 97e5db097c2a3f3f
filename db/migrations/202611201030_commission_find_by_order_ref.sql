-- phase: expand
-- Whoever asks about an order knows its name in the commerce system. Old code never asks that.
-- transaction: none
drop index concurrently if exists commission.commissions_by_order_ref;
create index concurrently if not exists commissions_by_order_ref on commission.commissions (order_ref);
