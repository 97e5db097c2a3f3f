-- phase: expand
-- A line is asked for by its id; those that are only pending are looked at by age.
-- transaction: none
drop index concurrently if exists settlement.bank_lines_by_id;
create unique index concurrently if not exists bank_lines_by_id on settlement.bank_lines (id);
drop index concurrently if exists settlement.bank_lines_pending;
create index concurrently if not exists bank_lines_pending on settlement.bank_lines (booked_at) where status = 'pending';
