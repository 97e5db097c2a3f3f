-- phase: expand
-- Shops read the click's id under a name of their own. Old code appends it under the old name, which stays the default.
alter table partners.programs
  add column click_parameter text not null default 'click_id' check (click_parameter ~ '^[a-z][a-z0-9_]{0,30}$');
