-- phase: expand
-- A close makes a batch for each rail and currency; what old code makes goes to a bank.
alter table settlement.payout_batches add column rail text;
alter table settlement.payout_batches add constraint payout_batches_rails
  check (rail in ('bank', 'ach', 'wallet')) not valid;
