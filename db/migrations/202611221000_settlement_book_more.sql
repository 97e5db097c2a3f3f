-- phase: expand
-- Reserves, holds, receivables, tax, disputes, fees, suspense and exchange are bookings too: of no partner when it is the
-- bank's money (partner_id is then all zeros), about a subject of another kind, in two currencies, the other way round. Old code books none of them.
alter table settlement.bookings
  add column counter_minor bigint,
  add column counter_currency text,
  add column subject text,
  add column pots jsonb,
  add column mirrored boolean,
  add column moves_minor bigint;
alter table settlement.bookings drop constraint bookings_purposes;
alter table settlement.bookings drop constraint bookings_about;
alter table settlement.bookings drop constraint bookings_check1;
alter table settlement.bookings add constraint bookings_known_purposes check (purpose in (
  'accrue', 'raise', 'reduce', 'reverse', 'lock', 'claw_back', 'submit', 'settle', 'return', 'restore',
  'adjust_up', 'adjust_down', 'hold', 'release', 'reserve', 'release_reserve', 'raise_receivable', 'recover', 'write_off',
  'forfeit', 'withhold', 'restore_tax', 'remit_tax', 'dispute_open', 'dispute_close', 'fee', 'park_in', 'park_out',
  'clear_in', 'clear_out', 'suspense_income', 'suspense_loss', 'fx_buy', 'fx_sell', 'fx_gain', 'fx_loss',
  'fx_unrealised_gain', 'fx_unrealised_loss'
)) not valid;
alter table settlement.bookings add constraint bookings_are_about check (
  num_nonnulls(commission_id, payout_id) = 1 or (adjustment_id is not null and payout_id is null) or subject is not null
) not valid;
alter table settlement.bookings add constraint bookings_of_payouts check (
  case when purpose in ('submit', 'settle', 'return', 'restore') then payout_id is not null
    when purpose in ('accrue', 'raise', 'reduce', 'reverse', 'lock', 'claw_back') then payout_id is null
    else true end
) not valid;
alter table settlement.bookings add constraint bookings_of_partners check (
  partner_id <> '00000000-0000-0000-0000-000000000000' or purpose in (
    'settle', 'return', 'remit_tax', 'fee', 'park_in', 'park_out', 'clear_in', 'clear_out', 'suspense_income',
    'suspense_loss', 'fx_buy', 'fx_sell', 'fx_gain', 'fx_loss', 'fx_unrealised_gain', 'fx_unrealised_loss'
  )
) not valid;
alter table settlement.bookings add constraint bookings_counter check (
  (counter_minor is null) = (counter_currency is null) and counter_minor >= 0
) not valid;
alter table settlement.bookings add constraint bookings_moves check (
  moves_minor is not distinct from case
    when purpose in ('release', 'release_reserve', 'raise_receivable', 'restore_tax') then
      case when mirrored then -amount_minor else amount_minor end
    when purpose in ('hold', 'reserve', 'recover', 'forfeit', 'withhold') then
      case when mirrored then amount_minor else -amount_minor end
  end
) not valid;
-- What the older columns count of the balance does not know of mirrors.
alter table settlement.bookings add constraint bookings_mirrored check (
  mirrored is not true or purpose not in
    ('lock', 'restore', 'claw_back', 'submit', 'adjust_up', 'adjust_down')
) not valid;
