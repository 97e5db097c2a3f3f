-- phase: expand
-- What did not fit in the past stays as it was kept, for its owner too.
create trigger append_only before update or delete or truncate on settlement.reconciliation_breaks
  for each statement execute function settlement.refuse_change();
