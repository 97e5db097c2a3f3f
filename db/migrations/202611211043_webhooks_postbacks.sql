-- phase: expand
-- Endpoints that are postbacks: an address with macros, filled with what happened. Old code knows none of them.
alter table webhooks.endpoints
  add column postback text check (postback in ('GET', 'POST'));
