-- phase: expand
-- The index that knows parents is there; this one knows none. All amounts keep the wider rule.
alter table commission.commissions drop constraint commissions_order_id_partner_id_generation_key;
alter table commission.commissions validate constraint commissions_clawed_back;
