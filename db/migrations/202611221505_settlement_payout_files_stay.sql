-- phase: expand
-- A file that was made for a bank stays, for its owner too.
create trigger append_only before update or delete or truncate on settlement.payout_files
  for each statement execute function settlement.refuse_change();
