/**
 * What one writes first for batches of events: express, class-validator's `validate` on an instance made of every event
 * and of what is nested in it, and one statement with unnest that leaves out what is known.
 *
 * It takes what our endpoint takes and keeps what ours keeps: the same rules for every field, the day, source, id and a
 * digest of the content by which an event is known again, and the event as it is told, partitioned, with its id, type,
 * version, aggregate, key and times. It leaves out what a first version would: what differs under a known id is not
 * told from what is the same, nothing is quarantined, no lanes, no schema that can change while it runs.
 */
import { IsArray, IsBoolean, IsIn, IsInt, IsISO8601, IsNumber, IsObject, IsOptional, IsString } from 'class-validator';
import { ArrayMaxSize, Length, Matches, Max, MaxLength, Min, validate, ValidateNested } from 'class-validator';
import { createHash, randomUUID } from 'node:crypto';
import express from 'express';
import type { AddressInfo } from 'node:net';
import pg from 'pg';

const POOL = 10;

class PageView {
  @IsString() @Length(1, 64) session!: string;
  @IsString() @Length(1, 500) url!: string;
  @IsOptional() @IsString() @Length(0, 500) referrer?: string;
  @IsOptional() @IsString() @Length(0, 500) userAgent?: string;
  @IsInt() @Min(1) @Max(20_000) width!: number;
  @IsInt() @Min(1) @Max(20_000) height!: number;
  @IsOptional() @IsString() @Length(0, 20) language?: string;
  @IsOptional() @IsNumber() @Min(0) @Max(1) scrolled?: number;
  @IsOptional() @IsBoolean() isNew?: boolean;
  @IsOptional() @IsArray() @ArrayMaxSize(10) @IsString({ each: true }) @MaxLength(50, { each: true }) tags?: string[];
}

class PostedEvent {
  @IsString() @Length(1, 200) id!: string;
  @IsString() @IsIn(['bench.page_view']) type!: string;
  @IsOptional() @IsString() @Length(1, 100) source?: string;
  @IsOptional() @IsInt() @Min(1) schemaVersion?: number;
  @IsString() @Matches(/^prg_[0-7][0-9a-hjkmnp-tv-z]{25}$/) programId!: string;
  @IsISO8601({ strict: true, strictSeparator: true }) time!: string;
  @IsString() @Length(1, 200) subject!: string;
  @IsObject() @ValidateNested() data!: PageView;
}

/** Today's and tomorrow's; nothing older is posted. */
const partitions = (): string =>
  [-1, 0, 1]
    .map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10))
    .map((day) => {
      const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
      return `create table if not exists peer."events_${day}" partition of peer.events for values from ('${day}') to ('${next}');`;
    })
    .join('\n');

const TABLE = `
  create schema if not exists peer;
  create table if not exists peer.events (
    id bigint generated always as identity,
    day date not null,
    source text not null,
    event_id text not null,
    digest bytea not null check (length(digest) = 16),
    told_as uuid not null,
    type text not null,
    version smallint not null,
    aggregate text not null,
    aggregate_version bigint not null,
    partition_key text not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    payload jsonb not null,
    primary key (day, source, event_id)
  ) partition by range (day);
  create index if not exists events_by_id on peer.events (id);
  create index if not exists events_by_aggregate on peer.events (aggregate, aggregate_version);
  ${partitions()}`;

const INSERT = `
  insert into peer.events
    (day, source, event_id, digest, told_as, type, version, aggregate, aggregate_version, partition_key, occurred_at, payload)
  select day, source, event_id, digest, told_as, type, 1, aggregate, 1, aggregate, occurred_at, payload
  from unnest(
    $1::date[], $2::text[], $3::text[], $4::bytea[], $5::uuid[], $6::text[], $7::text[], $8::timestamptz[], $9::jsonb[]
  ) as event (day, source, event_id, digest, told_as, type, aggregate, occurred_at, payload)
  on conflict do nothing`;

const RULES = { whitelist: true, forbidNonWhitelisted: true } as const;

const instanceOf = (item: object): PostedEvent => {
  const event = Object.assign(new PostedEvent(), item);
  event.data = Object.assign(new PageView(), event.data);
  return event;
};

const rowOf = (event: PostedEvent, receivedAt: string) => {
  const { id, source = 'otd', type, programId, subject, time, data } = event;
  const occurredAt = new Date(time).toISOString();
  const day = occurredAt.slice(0, 10);
  const content = JSON.stringify([type, programId, occurredAt, subject, data]);
  const told = { eventId: id, source, eventType: type, schemaVersion: 1, lane: 'clicks', programId, subject };
  return {
    day,
    source,
    id,
    digest: createHash('sha256').update(content).digest().subarray(0, 16),
    toldAs: randomUUID(),
    type: 'event_received',
    aggregate: `event:${source}/${day}/${id}`,
    occurredAt,
    payload: JSON.stringify({ ...told, occurredAt, receivedAt, data }),
  };
};

const inserted = async (pool: pg.Pool, events: readonly PostedEvent[]): Promise<number> => {
  const receivedAt = new Date().toISOString();
  const rows = events.map((event) => rowOf(event, receivedAt));
  const { rowCount } = await pool.query(INSERT, [
    rows.map(({ day }) => day),
    rows.map(({ source }) => source),
    rows.map(({ id }) => id),
    rows.map(({ digest }) => digest),
    rows.map(({ toldAs }) => toldAs),
    rows.map(({ type }) => type),
    rows.map(({ aggregate }) => aggregate),
    rows.map(({ occurredAt }) => occurredAt),
    rows.map(({ payload }) => payload),
  ]);
  return rowCount ?? 0;
};

const appOn = (pool: pg.Pool): express.Express => {
  const app = express();
  app.use(express.json({ limit: '5mb' }));
  app.post('/v1/events', async (request, response) => {
    const { events } = request.body as { events: readonly object[] };
    const judged = await Promise.all(
      events.map(async (item) => {
        const event = instanceOf(item);
        return { event, faults: await validate(event, RULES) };
      }),
    );
    const right = judged.filter(({ faults }) => faults.length === 0).map(({ event }) => event);
    const accepted = await inserted(pool, right);
    const results = judged.map(({ event: { id }, faults }, index) => ({
      index,
      id,
      verdict: faults.length === 0 ? 'accepted or known' : 'refused',
      faults: faults.map(({ property, constraints }) => ({ property, constraints })),
    }));
    const refused = events.length - right.length;
    response.status(202).json({ accepted, duplicate: right.length - accepted, refused, results });
  });
  return app;
};

process.once('message', (databaseUrl: string) => {
  const start = async (): Promise<void> => {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: POOL });
    await pool.query(TABLE);
    const server = appOn(pool).listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  };
  void start();
});
