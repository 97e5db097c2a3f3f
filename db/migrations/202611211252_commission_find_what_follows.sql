-- phase: expand
-- A recruiter may have several commissions of one order: of each partner recruited. Found by order, as before; what has
-- become too old is found by its day, and what follows a parent by the parent.
-- transaction: none
drop index concurrently if exists commission.commissions_of_order;
create unique index concurrently if not exists commissions_of_order
  on commission.commissions (order_id, partner_id, generation, coalesce(parent_id, '00000000-0000-0000-0000-000000000000'));
drop index concurrently if exists commission.commissions_due_for_review;
create index concurrently if not exists commissions_due_for_review
  on commission.commissions (review_at) where state in ('estimated', 'pending', 'vesting') and parent_id is null;
