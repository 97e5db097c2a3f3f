-- phase: expand
-- A coupon that was disabled is one more reason; what stands already is true of the wider check.
alter table attribution.touchpoints drop constraint touchpoints_objection_check;
alter table attribution.touchpoints add constraint touchpoints_objection_check
  check (objection in ('unknown_link', 'link_suspended', 'not_enrolled', 'coupon_disabled')) not valid;
