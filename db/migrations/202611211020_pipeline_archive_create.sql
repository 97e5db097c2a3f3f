-- phase: expand
-- The manifest of the archive: which files there are, how far each reaches, and what was told of them to warehouses.
create table pipeline.archive_files (
  path text primary key,
  source text not null,
  type text not null,
  date date not null,
  hour smallint not null check (hour between 0 and 23),
  number integer not null check (number > 0),
  rows integer not null check (rows > 0),
  bytes bigint not null check (bytes > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  first_at timestamptz not null,
  last_at timestamptz not null check (last_at >= first_at),
  -- files of the key up to this one hold everything of it up to this position of the log that happened before
  through bigint not null,
  before timestamptz not null,
  state text not null check (state in ('writing', 'current', 'going')),
  part integer check (part is not null or state <> 'current')
);
create unique index archive_files_by_key on pipeline.archive_files (type, date, hour, source, number)
  where state = 'current';
create index archive_files_by_time on pipeline.archive_files (first_at) where state = 'current';
create index archive_files_left_over on pipeline.archive_files (path) where state <> 'current';
grant select, insert, update, delete on pipeline.archive_files to mod_pipeline;

create table pipeline.archive_parts (
  number integer primary key,
  content text not null,
  committed_at timestamptz not null,
  is_published boolean not null default false
);
create index archive_parts_unpublished on pipeline.archive_parts (number) where not is_published;
grant select, insert, update on pipeline.archive_parts to mod_pipeline;

-- One row, locked by whoever adds a part or a visitor to be forgotten: the two never pass each other unseen.
create table pipeline.archive_state (
  only_row boolean primary key default true check (only_row),
  parts integer not null default 0,
  forgotten integer not null default 0
);
insert into pipeline.archive_state default values;
grant select, update on pipeline.archive_state to mod_pipeline;

create table pipeline.archive_forgotten (
  visitor_digest text primary key check (visitor_digest ~ '^[0-9a-f]{64}$'),
  forgotten_at timestamptz not null
);
grant select, insert on pipeline.archive_forgotten to mod_pipeline;

-- Logs that the archive holds a cursor in.
create table pipeline.archive_logs (
  source text primary key
);
grant select, insert, delete on pipeline.archive_logs to mod_pipeline;

-- A projection: how many events an hour had. The edition `live` is kept by the archive, others are rebuilt from it.
create table pipeline.hourly_counts (
  edition text not null,
  type text not null,
  program_id text not null,
  hour timestamptz not null,
  events bigint not null,
  late bigint not null,
  first_id text not null,
  first_at timestamptz not null,
  last_id text not null,
  last_at timestamptz not null,
  digest numeric not null,
  primary key (edition, hour, type, program_id)
);
grant select, insert, update, delete on pipeline.hourly_counts to mod_pipeline;
