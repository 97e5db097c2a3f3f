/**
 * Clicks that visitors were sent on with, held against what is stored. The edge puts a touch in attribution's outbox, and
 * a worker makes a touchpoint of it: either of them is stored, and each may be there once.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { parseId, toUuid } from '../../src/shared/ids.ts';
import { pauseMs } from '../../test/support/signals.ts';
import { ask } from './database.ts';

/** What stands before it in the address that a visitor is sent to. */
export const CLICK_ID = 'click_id=';
const ID_LENGTH = 'clk_'.length + 26;
const STORED = `(select count(*) from attribution.outbox where aggregate like 'touch:%')
  + (select count(*) from attribution.touchpoints)`;

/** How many there are, while no worker is about. */
export const storedClicks = async (url: string): Promise<number> => Number(await ask(url, `select ${STORED}`));

/** Returns when there are so many, or when nothing has been added for the patience; how long ago the last one came. */
export const untilStored = async (url: string, count: number, patienceMs = 15_000): Promise<number> => {
  let before = -1;
  let movedAt = performance.now();
  for (;;) {
    const stored = await storedClicks(url);
    const now = performance.now();
    if (stored !== before) movedAt = now;
    if (stored >= count || now - movedAt > patienceMs) return now - movedAt;
    before = stored;
    await pauseMs(250);
  }
};

export interface Comparison {
  readonly answered: number;
  /** Sent on, and not stored. */
  readonly lost: number;
  /** Stored more than once. */
  readonly doubled: number;
  /** Stored, and no touchpoint: a worker has still to make one of it. */
  readonly untouched: number;
  /** In the outbox, or as touchpoints, though nobody was told: cut off between the commit and the answer. */
  readonly untold: number;
}

/** Signed or bare, a click id begins with the id. */
async function* rowsOfFile(file: string): AsyncGenerator<string> {
  for await (const line of createInterface({ input: createReadStream(file, 'latin1') })) {
    const name = line.slice(0, ID_LENGTH);
    yield `${name}\t${toUuid(parseId('clk', name))}\n`;
  }
}

const COMPARE = `
  with answer as (select name, id, count(*) as times from bench.answered group by name, id),
  said as (
    select substr(aggregate, 7) as name, count(*) as times from attribution.outbox
    where aggregate like 'touch:%' group by 1
  ),
  kept as (select click_id as id, count(*) as times from attribution.touchpoints group by 1),
  each as (
    select answer.name as answered, answer.times as asked, said.times as said, kept.times as kept
    from answer
    left join said on said.name = answer.name
    left join kept on kept.id = answer.id
  )
  select
    (select sum(asked) from each)::bigint::text as answered,
    (select count(*) from each where said is null and kept is null)::text as lost,
    (select count(*) from each where kept is null)::text as untouched,
    (select count(*) from each where asked > 1 or said > 1 or kept > 1)::text as doubled,
    greatest(
      (select count(*) from said where not exists (select from answer where answer.name = said.name)),
      (select count(*) from kept where not exists (select from answer where answer.id = kept.id))
    )::text as untold`;

/** `file`: as the load generator kept it, with all that was ever answered from this database. */
export const compareAnswered = async (url: string, file: string): Promise<Comparison> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`set work_mem = '256MB'`);
    await client.query('create schema if not exists bench; drop table if exists bench.answered');
    await client.query('create unlogged table bench.answered (name text not null, id uuid not null)');
    await pipeline(Readable.from(rowsOfFile(file)), client.query(copyFrom('copy bench.answered from stdin')));
    await client.query('analyze bench.answered');
    const { rows } = await client.query<Record<keyof Comparison, string>>(COMPARE);
    await client.query('drop table bench.answered');
    const [counts] = rows;
    if (counts === undefined) throw new Error('a comparison has one row');
    return {
      answered: Number(counts.answered),
      lost: Number(counts.lost),
      doubled: Number(counts.doubled),
      untouched: Number(counts.untouched),
      untold: Number(counts.untold),
    };
  } finally {
    await client.end();
  }
};
