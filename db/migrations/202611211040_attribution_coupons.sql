-- phase: expand
-- Coupons: codes that customers type, each one partner's in a program. `key` is the code as codes are compared. An order
-- keeps the codes it was placed with, for touches that arrive late.
create table attribution.coupons (
  id uuid primary key,
  program_id uuid not null,
  partner_id uuid not null,
  code text not null check (length(code) between 1 and 100),
  key text not null check (length(key) between 1 and 2000),
  disabled_at timestamptz,
  created_at timestamptz not null,
  unique (program_id, key)
);
create index coupons_by_partner on attribution.coupons (partner_id, id);
grant select, insert, update on attribution.coupons to mod_attribution;

alter table attribution.conversions add column coupon_codes jsonb;
