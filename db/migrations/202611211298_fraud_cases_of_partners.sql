-- phase: expand
-- Several partners may share an order's credit, and each may have a case of its own. Old code names no partner.
alter table fraud.cases add column partner_id uuid;
