-- phase: expand
-- Whoever is to be forgotten may stand in decisions that others have followed. Old code never looks.
-- transaction: none
drop index concurrently if exists attribution.decisions_by_visitor;
create index concurrently if not exists decisions_by_visitor on attribution.decisions ((inputs #>> '{order,visitorId}'))
  where inputs #>> '{order,visitorId}' is not null;
