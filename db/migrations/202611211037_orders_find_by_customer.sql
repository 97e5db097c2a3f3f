-- phase: expand
-- A customer who wants to be forgotten is known by the commerce system's name. Old code never asks by it.
-- transaction: none
drop index concurrently if exists orders.orders_by_customer;
create index concurrently if not exists orders_by_customer on orders.orders (program_id, (facts->>'customerRef'))
  where facts->>'customerRef' is not null;
