-- phase: expand
-- What old processes still post goes to the journal in the same moment. A permanent id that the journal has already is
-- refused. Old processes do not see what new ones post: end those that serve or settle soon after the new ones are up.
create function ledger.carry_over_postings() returns trigger
language plpgsql
as $body$
begin
  with carried as (
    insert into ledger.journal (recorded_at, id, count, digest, purpose, metadata)
    select recorded_at, id, posting_count, substr(digest, 1, 16), purpose, nullif(metadata, '{}')
    from ledger.transactions
    where id in (select transaction_id from new_postings)
    order by recorded_at, id
    returning id, number
  )
  insert into ledger.entries (position, minor, effective_at, account)
  select (carried.number << 10) + nth, minor, effective_at, account_numbers.number
  from new_postings
  join carried on carried.id = transaction_id
  join ledger.account_numbers using (account_id)
  order by carried.number, nth;
  return null;
end
$body$;
create trigger then_carried_over after insert on ledger.postings
  referencing new table as new_postings
  for each statement execute function ledger.carry_over_postings();
