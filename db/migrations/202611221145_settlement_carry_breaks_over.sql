-- phase: backfill
-- Breaks that old code noticed, with what their lines say.
insert into settlement.breaks (
  id, program_id, kind, account, statement_id, ref, payout_id, end_to_end_id, amount_minor, currency, direction, happened_at,
  noticed_at, state
)
select
  old.id, old.program_id, old.kind, old.account, old.statement_id, old.ref, old.payout_id, lines.end_to_end_id,
  lines.amount_minor, lines.currency, lines.direction, lines.booked_at, old.noticed_at, 'open'
from settlement.reconciliation_breaks as old
join settlement.bank_lines as lines using (account, statement_id, ref)
where not exists (select from settlement.breaks where breaks.id = old.id)
limit 1000
returning id;
