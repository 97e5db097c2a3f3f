-- phase: expand
-- What was posted before the trigger. The tables are append-only, so nothing changes under the reader.
with carried as (
  insert into ledger.journal (recorded_at, id, count, digest, purpose, metadata)
  select recorded_at, id, posting_count, substr(digest, 1, 16), purpose, nullif(metadata, '{}')
  from ledger.transactions
  where not exists (select from ledger.journal where journal.id = transactions.id)
  order by recorded_at, id
  returning id, number
)
insert into ledger.entries (position, minor, effective_at, account)
select (carried.number << 10) + nth, minor, postings.effective_at, account_numbers.number
from ledger.postings
join carried on carried.id = transaction_id
join ledger.account_numbers using (account_id)
order by carried.number, nth;
