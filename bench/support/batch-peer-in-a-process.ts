/**
 * What one writes first for batches of events: express, class-validator, and one statement with unnest that leaves out
 * what is known. No parsing into classes beyond what the validator needs, one table, no outbox: all in its favour.
 */
import { IsArray, IsBoolean, IsIn, IsInt, IsISO8601, IsNumber, IsObject, IsOptional, IsString } from 'class-validator';
import { Length, Max, Min, ValidateNested, validateSync } from 'class-validator';
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
  @IsOptional() @IsArray() @IsString({ each: true }) @Length(0, 50, { each: true }) tags?: string[];
}

class PostedEvent {
  @IsString() @Length(1, 200) id!: string;
  @IsString() @IsIn(['bench.page_view']) type!: string;
  @IsString() @Length(30, 30) programId!: string;
  @IsISO8601() time!: string;
  @IsString() @Length(1, 200) subject!: string;
  @IsObject() @ValidateNested() data!: PageView;
}

const TABLE = `
  create schema if not exists peer;
  create table if not exists peer.events (
    event_id text primary key,
    type text not null,
    program_id text not null,
    subject text not null,
    occurred_at timestamptz not null,
    received_at timestamptz not null default now(),
    data jsonb not null
  );
  create index if not exists events_by_time on peer.events (occurred_at)`;

const INSERT = `
  insert into peer.events (event_id, type, program_id, subject, occurred_at, data)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::jsonb[])
  on conflict do nothing`;

const RULES = { whitelist: true, forbidNonWhitelisted: true } as const;

const isRight = (item: object): item is PostedEvent => {
  const event = Object.assign(new PostedEvent(), item);
  event.data = Object.assign(new PageView(), event.data);
  return validateSync(event, RULES).length === 0;
};

const appOn = (pool: pg.Pool): express.Express => {
  const app = express();
  app.use(express.json({ limit: '5mb' }));
  app.post('/v1/events', async (request, response) => {
    const { events } = request.body as { events: readonly object[] };
    const right = events.filter(isRight);
    const { rowCount } = await pool.query(INSERT, [
      right.map(({ id }) => id),
      right.map(({ type }) => type),
      right.map(({ programId }) => programId),
      right.map(({ subject }) => subject),
      right.map(({ time }) => time),
      right.map(({ data }) => JSON.stringify(data)),
    ]);
    const accepted = rowCount ?? 0;
    const refused = events.length - right.length;
    response.status(202).json({ accepted, duplicate: right.length - accepted, refused });
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
