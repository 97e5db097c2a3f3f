-- phase: expand
-- All trades keep the wider rule.
alter table settlement.fx_trades validate constraint fx_trades_known_state;
