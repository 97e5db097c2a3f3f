/**
 * `make bench-tracking`: the tracking edge, beside what Node can do without a database and what one writes first; with
 * PostgreSQL stopped, killed, and full. Brings its own PostgreSQL, for it stops and starts it.
 *
 *     tsx bench/tracking.ts                    a short form, as `make bench` runs it
 *     tsx bench/tracking.ts --full             all of it; writes its block of docs/benchmarks.md
 *     … --only redirects,away                  some of: redirects away killed growth memory click-ids
 *     … --clicks 1000000 --stored 20000000 --minutes 10 --rounds 5 --round-ms 4000
 */
import { parseArgs } from 'node:util';
import { bench, withItsOwn } from './support/bench.ts';
import type { Report } from './support/finding.ts';
import { LoadGenerator } from './support/load.ts';
import { type OwnPostgres, withOwnPostgres } from './support/own-postgres.ts';
import { clickIds } from './tracking/click-ids.ts';
import { databaseAway, killedWhileAway } from './tracking/database-away.ts';
import { growth } from './tracking/growth.ts';
import { memory } from './tracking/memory.ts';
import { redirects } from './tracking/redirects.ts';
import { makeWorld, type World } from './tracking/world.ts';

const { values: given } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    'round-ms': { type: 'string' },
    clicks: { type: 'string' },
    stored: { type: 'string' },
    minutes: { type: 'string' },
  },
});
const number = (text: string | undefined, short: number, full: number): number =>
  text === undefined ? (given.full ? full : short) : Number(text);

const lengths = { rounds: number(given.rounds, 5, 5), roundMs: number(given['round-ms'], 1_000, 4_000) };
const clicks = number(given.clicks, 60_000, 1_000_000);
const stored = number(given.stored, 400_000, 20_000_000);
const minutes = number(given.minutes, 0.1, 1);

interface Stage {
  readonly postgres: OwnPostgres;
  readonly generator: LoadGenerator;
}

/** Each in a world of its own, gone afterwards: what one part stores is none of the next one's business. */
const withWorld = async (folder: string, work: (world: World) => Promise<Report>): Promise<Report> => {
  const world = await makeWorld(folder);
  try {
    return await work(world);
  } finally {
    await world.database.drop();
  }
};

const PARTS: Readonly<Record<string, (stage: Stage) => Promise<Report>>> = {
  redirects: ({ postgres, generator }) => withWorld(postgres.folder, (world) => redirects(world, generator, lengths)),
  away: ({ postgres, generator }) =>
    withWorld(postgres.folder, (world) => databaseAway(world, postgres, generator, lengths)),
  killed: ({ postgres, generator }) =>
    withWorld(postgres.folder, (world) => killedWhileAway(world, postgres, generator, clicks)),
  growth: ({ postgres, generator }) =>
    withWorld(postgres.folder, (few) =>
      withWorld(postgres.folder, (many) => growth([few, many], stored, generator, lengths)),
    ),
  'click-ids': () => Promise.resolve(clickIds(lengths.rounds)),
  memory: ({ postgres, generator }) => withWorld(postgres.folder, (world) => memory(world, generator, minutes)),
};
const SHORT = ['redirects', 'away', 'killed', 'click-ids'];

const chosen = given.only?.split(',') ?? (given.full ? Object.keys(PARTS) : SHORT);

await bench(
  () =>
    withOwnPostgres(async (postgres) => {
      const generator = new LoadGenerator();
      try {
        const reports: Report[] = [];
        for (const name of chosen) {
          const part = PARTS[name];
          if (part === undefined)
            throw new Error(`there is no part ${name}; there are ${Object.keys(PARTS).join(' ')}`);
          console.log(`${name} …`);
          reports.push(await part({ postgres, generator }));
        }
        return reports;
      } finally {
        generator.stop();
      }
    }),
  { servers: withItsOwn, shownBy: given.full && given.only === undefined ? 'make bench-tracking' : undefined },
);
