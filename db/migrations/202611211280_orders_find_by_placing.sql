-- phase: expand
-- Whoever goes through history takes a program's orders as they were placed. Old code never asks that.
-- transaction: none
drop index concurrently if exists orders.orders_by_placing;
create index concurrently if not exists orders_by_placing
  on orders.orders (program_id, (facts ->> 'placedAt') collate "C", id) where facts is not null;
