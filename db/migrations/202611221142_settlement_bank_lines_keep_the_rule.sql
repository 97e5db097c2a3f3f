-- phase: expand
-- All lines keep the wider rule.
alter table settlement.bank_lines validate constraint bank_lines_known_status;
