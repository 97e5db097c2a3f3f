-- phase: expand
-- What a bank said of an account stays, for its owner too, as its lines do.
create trigger append_only before update or delete or truncate on settlement.bank_statements
  for each statement execute function settlement.refuse_change();
