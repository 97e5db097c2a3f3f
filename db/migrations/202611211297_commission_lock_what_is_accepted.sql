-- phase: expand
-- What may lock is found without passing those that wait to be accepted. The index old code asks stays.
-- transaction: none
drop index concurrently if exists commission.commissions_lockable;
create index concurrently if not exists commissions_lockable
  on commission.commissions (locks_at) where state = 'vested' and allowed and awaits_acceptance is null;
