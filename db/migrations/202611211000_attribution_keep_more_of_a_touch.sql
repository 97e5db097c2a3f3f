-- phase: expand
-- What the edge sees of a touch besides who, where and when. Old rows are clicks of which no more is known.
alter table attribution.touchpoints
  add column kind text not null default 'click',
  add column subs jsonb,
  add column campaign text,
  add column network text,
  add column network_hash text,
  add column consent text not null default 'unknown',
  add column signals text[] not null default '{}';
