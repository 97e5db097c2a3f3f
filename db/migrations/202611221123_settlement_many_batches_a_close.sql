-- phase: expand
-- Now a close may have several batches. Old code still makes one: it holds the program's books meanwhile.
alter table settlement.payout_batches drop constraint payout_batches_program_id_period_key;
