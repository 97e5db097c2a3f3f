/**
 * `make bench-pipeline`: the event pipeline, beside what PostgreSQL can take at most and what one writes first; from end
 * to end; and orders while logs flood in.
 *
 *     tsx bench/pipeline.ts                    a short form, as `make bench` runs it
 *     tsx bench/pipeline.ts --full             all of it; writes its block of docs/benchmarks.md
 *     … --only intake,lanes                    some of: intake lanes end-to-end
 *     … --minutes 5 --rounds 5 --round-ms 4000
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../src/infrastructure/system/root.ts';
import { endToEnd, ingestAlone } from './pipeline/end-to-end.ts';
import { intake } from './pipeline/intake.ts';
import { lanes } from './pipeline/lanes.ts';
import { withWorld } from './pipeline/world.ts';
import { bench } from './support/bench.ts';
import type { Report } from './support/finding.ts';
import { LoadGenerator } from './support/load.ts';

const { values: given } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    'round-ms': { type: 'string' },
    minutes: { type: 'string' },
  },
});
const number = (text: string | undefined, short: number, full: number): number =>
  text === undefined ? (given.full ? full : short) : Number(text);

const lengths = { rounds: number(given.rounds, 5, 5), roundMs: number(given['round-ms'], 1_200, 4_000) };
const seconds = number(given.minutes, 0.25, 5) * 60;
const folder = join(projectRoot(), '.data/bench', `pipeline-${process.pid}`);

/** Each in a deployment of its own. */
const PARTS: Readonly<Record<string, (generator: LoadGenerator) => Promise<Report>>> = {
  intake: (generator) => withWorld(folder, generator, (world) => intake(world, generator, folder, lengths)),
  lanes: (generator) => withWorld(folder, generator, (world) => lanes(world, lengths)),
  'end-to-end': async (generator) => {
    const alone = await withWorld(folder, generator, (world) => ingestAlone(world, lengths.roundMs * lengths.rounds));
    return withWorld(folder, generator, (world) => endToEnd(world, seconds, alone));
  },
};

const chosen = given.only?.split(',') ?? Object.keys(PARTS);

const measure = async (): Promise<readonly Report[]> => {
  const generator = new LoadGenerator();
  mkdirSync(folder, { recursive: true });
  try {
    const reports: Report[] = [];
    for (const name of chosen) {
      const part = PARTS[name];
      if (part === undefined) throw new Error(`there is no part ${name}; there are ${Object.keys(PARTS).join(' ')}`);
      console.log(`${name} …`);
      reports.push(await part(generator));
    }
    return reports;
  } finally {
    generator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

await bench(measure, { shownBy: given.full && given.only === undefined ? 'make bench-pipeline' : undefined });
