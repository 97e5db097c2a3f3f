-- phase: expand
-- A trade that the bank never made is taken back. Old code does not do it.
alter table settlement.fx_trades drop constraint fx_trades_state_check;
alter table settlement.fx_trades add constraint fx_trades_known_state check (
  state in ('proposed', 'booked', 'declined', 'taken_back')
) not valid;
