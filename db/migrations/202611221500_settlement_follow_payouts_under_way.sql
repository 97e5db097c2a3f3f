-- phase: expand
-- Which payouts are on their way stands beside them: an index that says so makes each step of one write all indexes anew.
create table settlement.payouts_under_way (
  submitted_at timestamptz not null,
  payout_id uuid not null,
  primary key (submitted_at, payout_id)
);
grant select, insert, delete on settlement.payouts_under_way to mod_settlement;

create function settlement.is_under_way(state text) returns boolean
language sql immutable parallel safe
return state in ('submitted', 'accepted', 'in_transit', 'unclaimed', 'unknown');

create function settlement.follow_payout() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    delete from settlement.payouts_under_way where submitted_at = old.submitted_at and payout_id = old.id;
  end if;
  if settlement.is_under_way(new.state) and new.submitted_at is not null then
    insert into settlement.payouts_under_way (submitted_at, payout_id) values (new.submitted_at, new.id)
    on conflict do nothing;
  end if;
  return null;
end $$;

create trigger begins_under_way after insert on settlement.payouts
for each row when (settlement.is_under_way(new.state))
execute function settlement.follow_payout();

create trigger stays_under_way after update of state, submitted_at on settlement.payouts
for each row when (
  settlement.is_under_way(old.state) <> settlement.is_under_way(new.state)
  or settlement.is_under_way(new.state) and old.submitted_at is distinct from new.submitted_at
)
execute function settlement.follow_payout();

-- Nobody moves a payout until this is done: the triggers hold the table.
insert into settlement.payouts_under_way (submitted_at, payout_id)
select submitted_at, id from settlement.payouts
where state in ('submitted', 'accepted', 'in_transit', 'unclaimed', 'unknown') and submitted_at is not null;
