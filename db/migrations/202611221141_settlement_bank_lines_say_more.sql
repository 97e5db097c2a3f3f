-- phase: expand
-- What a bank says beside the amount, so that a line without our reference finds its payout all the same. The account of
-- the other side is a keyed hash. Old code says none of it, and knows no pending lines.
alter table settlement.bank_lines
  add column id uuid,
  add column entry_hash bytea,
  add column value_on date,
  add column uetr text,
  add column batch_ref text,
  add column remittance text,
  add column counterparty text,
  add column charges_minor bigint,
  add column instructed_minor bigint,
  add column instructed_currency text,
  add column is_charge boolean,
  add column match_id uuid;
alter table settlement.bank_lines drop constraint bank_lines_status_check;
alter table settlement.bank_lines add constraint bank_lines_known_status check (
  status in ('booked', 'info', 'pending')
) not valid;
