-- phase: expand
-- What the macros of postbacks stand for in this event; only where a postback gets it.
alter table webhooks.messages add column postback_values jsonb;
