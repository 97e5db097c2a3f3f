/**
 * Reading an outbox: behind our lock barrier, as `pg-transactional-outbox` polls, and with the cursor on ids that
 * everybody writes first. First a backlog that lies still, taking turns, for speed; then all three at once while
 * writers draw ids early and commit late or never, for what is lost and what comes in the wrong order.
 */
import { SeededRandom } from '../src/cli/seeded-random.ts';
import { type Database, rowsOf } from '../src/infrastructure/postgres/database.ts';
import { OutboxReader } from '../src/infrastructure/postgres/outbox-reader.ts';
import { cloneDatabase, type TestDatabase } from '../test/support/database.ts';
import { pauseMs } from '../test/support/signals.ts';
import { bench, perSecond } from './support/bench.ts';
import { type Finding, median, quickestTenth } from './support/finding.ts';
import { aboutOrder, fill, sayIn } from './support/messages.ts';
import { giveOurTable, giveOwnTable, listen } from './support/peer.ts';
import { countFaults, type Seen } from './support/seen.ts';

const SCHEMA = 'pipeline';
const BACKLOG = 20_000;
const ORDERS = 1_000;
const PAGE = 1_000;
const ROUNDS = 3;
const PEER_MS = 3_000;

/** A round; a backlog is read in a third of a second. */
const READS = 3;

/** A relay's work without the broker: read a page, keep the cursor, again. Each page's events a second go to `pages`. */
const readAll = async (database: Database, name: string, pages: number[] = []): Promise<number> => {
  const reader = new OutboxReader(database);
  let count = 0;
  for (let cursor = 0n; ;) {
    const started = performance.now();
    const { events, upTo } = await reader.read(cursor, PAGE);
    if (upTo === cursor) return count;
    await reader.moveCursor(name, upTo);
    pages.push((events.length / (performance.now() - started)) * 1_000);
    cursor = upTo;
    count += events.length;
  }
};

/** Its messages a second, from the first one on. */
const listenFor = async (url: string, ms: number): Promise<number> => {
  let count = 0;
  let first = 0;
  let last = 0;
  const stop = listen(url, () => {
    last = performance.now();
    if (count === 0) first = last;
    count += 1;
  });
  await pauseMs(ms);
  const [heard, took] = [count, last - first];
  await stop();
  return took === 0 ? 0 : ((heard - 1) / took) * 1_000;
};

interface Speed {
  readonly ours: number;
  readonly peers: number;
  /** Of the pages of ours that were read while nobody else wanted the processors. */
  readonly undisturbed: number;
}

const speed = async (give: typeof giveOurTable, rounds: number): Promise<Speed> => {
  const database = await cloneDatabase();
  try {
    const outbox = database.as(SCHEMA);
    await fill(outbox, BACKLOG, ORDERS);
    await give(database.url, SCHEMA);
    await readAll(outbox, 'warming up');
    const ours: number[] = [];
    const peers: number[] = [];
    const pages: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (let n = 0; n < READS; n += 1)
        ours.push(await perSecond(() => readAll(outbox, `reader ${round} ${n}`, pages)));
      peers.push(await listenFor(database.url, PEER_MS));
    }
    return { ours: median(ours), peers: median(peers), undisturbed: quickestTenth(pages) };
  } finally {
    await database.drop();
  }
};

// ── while it is written ───────────────────────────────────────────────────────────────────────────────────────────

const WRITERS = 6;
const WRITING_MS = 4_000;
/** Longer than a message that the peer failed to lock stays away. */
const CALM_MS = 2_500;

interface Follower {
  readonly seen: Seen[];
  stop(): Promise<void>;
}

/** Looks again and again until it is told to stop. */
const following = (look: () => Promise<readonly Seen[]>): Follower => {
  const seen: Seen[] = [];
  const stopping = new AbortController();
  const goOn = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      seen.push(...(await look()));
      await pauseMs(1);
    }
  };
  const looking = goOn();
  return {
    seen,
    stop: () => {
      stopping.abort();
      return looking;
    },
  };
};

const behindBarrier = (database: Database): Follower => {
  const reader = new OutboxReader(database);
  let cursor = 0n;
  return following(async () => {
    const { events, upTo } = await reader.read(cursor, PAGE);
    cursor = upTo;
    return events.map(({ event: { aggregate, aggregateVersion } }) => ({ aggregate, version: aggregateVersion }));
  });
};

const byId = ({ knex }: Database): Follower => {
  let cursor = 0n;
  return following(async () => {
    const rows = await rowsOf<Seen & { id: bigint }>(
      knex,
      `select id, aggregate, aggregate_version::integer as version
       from ${SCHEMA}.outbox where id > :cursor order by id limit ${PAGE}`,
      { cursor },
    );
    cursor = rows.at(-1)?.id ?? cursor;
    return rows;
  });
};

const byPeer = (url: string): Follower => {
  const seen: Seen[] = [];
  const stop = listen(url, ({ aggregateId, metadata }) => {
    seen.push({ aggregate: aggregateId, version: Number(metadata?.['version']) });
  });
  return { seen, stop };
};

const undone = new Error('changed my mind');

/** Says something about one or two of a few orders, early, and commits late, or not at all. */
const write = async (database: Database, random: SeededRandom): Promise<void> => {
  const orders = [random.below(40), 40 + random.below(40)].slice(0, 1 + random.below(2));
  await database.knex
    .transaction(async (trx) => {
      await pauseMs(random.below(8));
      await sayIn(
        trx,
        SCHEMA,
        orders.map((order) => aboutOrder(order, 0)),
      );
      await pauseMs(random.below(12));
      if (random.fraction() < 0.1) throw undone;
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error;
    });
};

const writeFor = async (database: Database, ms: number): Promise<void> => {
  const until = performance.now() + ms;
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const random = new SeededRandom(writer + 1);
      while (performance.now() < until) await write(database, random);
    }),
  );
};

/** Until each has as many as were said, or has heard nothing new for a while. */
const calm = async (followers: readonly Follower[], said: number): Promise<void> => {
  const heard = (): number => followers.reduce((sum, { seen }) => sum + seen.length, 0);
  for (let before = -1; heard() !== before && followers.some(({ seen }) => seen.length < said);) {
    before = heard();
    await pauseMs(CALM_MS);
  }
};

const faults = async (database: TestDatabase): Promise<readonly Finding[]> => {
  await giveOurTable(database.url, SCHEMA);
  const followers = [behindBarrier(database.as(SCHEMA)), byPeer(database.url), byId(database.as(SCHEMA))];
  await writeFor(database.as(SCHEMA), WRITING_MS);
  const said = await rowsOf<Seen>(
    database.owner.knex,
    `select aggregate, aggregate_version::integer as version from ${SCHEMA}.outbox order by id`,
  );
  await calm(followers, said.length);
  await Promise.all(followers.map((follower) => follower.stop()));
  const [barrier, peer, cursor] = followers.map(({ seen }) => countFaults(said, seen));
  if (barrier === undefined || peer === undefined || cursor === undefined) throw new Error('somebody did not follow');
  const during = `while ${WRITERS} writers committed ${said.length.toLocaleString('en-US')} events`;
  const none = { bar: { most: 0 }, isPromise: true, unit: '' } as const;
  return [
    {
      ...none,
      what: `lost behind the barrier ${during}`,
      value: barrier.lost,
      beside: { what: 'cursor on ids', value: cursor.lost },
    },
    {
      ...none,
      what: `reordered behind the barrier ${during}`,
      value: barrier.reordered,
      beside: { what: 'cursor on ids', value: cursor.reordered },
    },
    { what: 'lost, pg-transactional-outbox, same writers', value: peer.lost, unit: '' },
    { what: 'reordered, pg-transactional-outbox, same writers', value: peer.reordered, unit: '' },
  ];
};

await bench(async () => {
  const same = await speed(giveOurTable, ROUNDS);
  const own = await speed(giveOwnTable, 1);
  const database = await cloneDatabase();
  try {
    return {
      title: 'Reading an outbox',
      findings: [
        {
          what: 'read behind the barrier, cursor kept for each 1,000',
          value: same.ours,
          unit: 'events/s',
          beside: { what: 'pg-transactional-outbox on the same table', value: same.peers },
          bar: { least: 60_000, ratio: 30 },
        },
        { what: 'the same, the quickest tenth of the pages', value: same.undisturbed, unit: 'events/s' },
        {
          what: 'the same, when the other has a table of its own',
          value: own.ours,
          unit: 'events/s',
          beside: { what: 'pg-transactional-outbox on its own table', value: own.peers },
          bar: { ratio: 30 },
        },
        ...(await faults(database)),
      ],
    };
  } finally {
    await database.drop();
  }
});
