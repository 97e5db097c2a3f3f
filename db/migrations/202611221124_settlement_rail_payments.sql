-- phase: expand
-- Payments on rails that are called: what is to be sent, what was, and when the rail is asked about it next. A row is
-- `sending` before the call is made, so that whoever died in the middle of it is followed by somebody who asks.
create table settlement.rail_payments (
  payout_id uuid primary key references settlement.payouts,
  batch_id uuid not null references settlement.payout_batches,
  program_id uuid not null,
  rail text not null check (rail in ('bank', 'ach', 'wallet')),
  state text not null check (state in ('waiting', 'sending', 'sent')),
  sealed text not null,
  sent_at timestamptz,
  asks integer not null check (asks >= 0),
  next_at timestamptz,
  last_word text,
  heard_at timestamptz,
  check ((state = 'waiting') = (sent_at is null))
) with (fillfactor = 80);
create index rail_payments_due on settlement.rail_payments (next_at) where next_at is not null;
create index rail_payments_by_batch on settlement.rail_payments (batch_id, payout_id);

-- Whatever a program does wrong: what was sent is not sent again.
create function settlement.refuse_sending_again() returns trigger
language plpgsql
as $body$
begin
  raise exception 'payout % was sent already', old.payout_id using errcode = 'restrict_violation';
end
$body$;
create trigger sent_once before update on settlement.rail_payments
  for each row when (old.state = 'sent' and new.state <> 'sent')
  execute function settlement.refuse_sending_again();

grant select, insert, update on settlement.rail_payments to mod_settlement;
