-- phase: expand
-- What was told of each order, what is known of it, and what does not fit.
select platform.add_module('orders');

create table orders.orders (
  id uuid primary key,
  program_id uuid not null,
  order_ref text not null check (length(order_ref) between 1 and 200),
  state text not null default 'unknown',
  facts jsonb,
  unique (program_id, order_ref)
) with (fillfactor = 70);

create table orders.order_events (
  order_id uuid not null references orders.orders,
  event_id text not null,
  kind text not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  data jsonb not null,
  primary key (order_id, event_id)
);

create table orders.order_exceptions (
  order_id uuid not null references orders.orders,
  event_id text not null,
  kind text not null,
  reason text not null,
  noticed_at timestamptz not null,
  primary key (order_id, event_id)
);

grant select, insert, update on orders.orders to mod_orders;
grant select, insert on orders.order_events to mod_orders;
grant select, insert, update, delete on orders.order_exceptions to mod_orders;
