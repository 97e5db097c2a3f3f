-- phase: expand
-- What the simulated provider of wallets of a sandbox remembers: what is to become of each payment, and how often it came.
create table settlement.simulated_items (
  reference text primary key,
  call text not null,
  fate text not null,
  requests integer not null check (requests >= 0),
  taken_at timestamptz
);
grant select, insert, update on settlement.simulated_items to mod_settlement;
