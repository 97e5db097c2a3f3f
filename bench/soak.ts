/**
 * `make soak`: visitors and events for some minutes, at a rate that leaves room, while PostgreSQL is stopped and started
 * three times; the edge, the door, and everything behind it, each in a process of its own. A neighbour repeats what was
 * not accepted, as neighbours do; a visitor never has to. At the end everything that was sent is stored, once.
 *
 *     tsx bench/soak.ts --minutes 10
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pauseMs } from '../test/support/signals.ts';
import { PAGE_VIEW, pageViews } from './pipeline/events.ts';
import { compareAnswered, untilStored } from './support/answered-clicks.ts';
import { bench, withItsOwn } from './support/bench.ts';
import { ask } from './support/database.ts';
import type { Finding, Report } from './support/finding.ts';
import { LoadGenerator, type Outcome } from './support/load.ts';
import { type OwnPostgres, withOwnPostgres } from './support/own-postgres.ts';
import { asStaff, type Program, startProgram } from './support/program.ts';
import { SplicedBody } from './support/spliced-body.ts';
import { makeWorld, startEdge, type World } from './tracking/world.ts';

const { values: given } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const ms = Number(given.minutes) * 60_000;

const VISITORS_A_SECOND = 400;
const EVENTS_A_BATCH = 100;
const BETWEEN_BATCHES_MS = 250;
const AGAIN_MS = 500;
const RESTARTS = 3;
const AWAY_MS = Math.min(8_000, ms / 12);

/** Posts one batch after the other, each until it is accepted; how many events, and how often it had to say it again. */
const post = async (world: World, url: string): Promise<{ readonly events: number; readonly repeated: number }> => {
  const body = new SplicedBody({ template: pageViews(world.programId, EVENTS_A_BATCH), items: EVENTS_A_BATCH });
  const headers = { authorization: `Bearer ${world.token}`, 'content-type': 'application/json' };
  const isAccepted = async (): Promise<boolean> => {
    const request = { method: 'POST', headers, body: new Uint8Array(body.bytes), signal: AbortSignal.timeout(20_000) };
    const response = await fetch(`${url}/v1/events`, request).catch(() => undefined); // asked again
    const text = await response?.text().catch(() => undefined);
    if (response?.status === 202 && text !== undefined) return true;
    if (response !== undefined && response.status < 500 && response.status !== 429)
      throw new Error(`a batch was answered ${response.status}: ${text}`);
    return false;
  };
  let events = 0;
  let repeated = 0;
  for (const until = performance.now() + ms; performance.now() < until;) {
    body.renew(events);
    while (!(await isAccepted())) {
      repeated += 1;
      await pauseMs(AGAIN_MS);
    }
    events += EVENTS_A_BATCH;
    await pauseMs(BETWEEN_BATCHES_MS);
  }
  return { events, repeated };
};

const restart = async (postgres: OwnPostgres): Promise<void> => {
  for (let time = 0; time < RESTARTS; time += 1) {
    await pauseMs(ms / (RESTARTS + 1) - AWAY_MS);
    await postgres.stop();
    console.log(`PostgreSQL is away (${time + 1} of ${RESTARTS})`);
    await pauseMs(AWAY_MS);
    await postgres.start();
  }
};

const none = { unit: '', bar: { most: 0 }, isPromise: true } as const;

const clicksFound = async (
  { database: { url } }: World,
  outcome: Outcome,
  file: string,
): Promise<readonly Finding[]> => {
  const { answered, lost, doubled, untouched } = await compareAnswered(url, file);
  const of = answered.toLocaleString('en-US');
  const rate = `p99 of a redirect at ${VISITORS_A_SECOND} visitors/s, open loop, the outages included`;
  if (outcome.fault !== undefined) console.log(`the first of ${outcome.failed} failures: ${outcome.fault}`);
  return [
    { what: rate, value: outcome.latency.p99Ms, unit: 'ms' },
    { ...none, what: `visitors not sent on, of ${of}`, value: outcome.failed },
    { ...none, what: `clicks answered and lost, of ${of}`, value: lost },
    { ...none, what: `clicks stored more than once, of ${of}`, value: doubled },
    { ...none, what: `clicks that never became touchpoints, of ${of}`, value: untouched },
  ];
};

const EVENTS = `from pipeline.outbox where type = 'pipeline.event_received'`;

const eventsFound = async (
  { database: { url } }: World,
  { events, repeated }: { readonly events: number; readonly repeated: number },
): Promise<readonly Finding[]> => {
  const all = Number(await ask(url, `select count(*) ${EVENTS}`));
  const distinct = Number(await ask(url, `select count(distinct payload ->> 'eventId') ${EVENTS}`));
  const of = events.toLocaleString('en-US');
  return [
    { what: 'batches that had to be sent again', value: repeated, unit: '' },
    { ...none, what: `events accepted and lost, of ${of}`, value: events - distinct },
    { ...none, what: `events stored more than once, of ${of}`, value: all - distinct },
  ];
};

const soak = async (postgres: OwnPostgres, visitors: LoadGenerator): Promise<Report> => {
  const world = await makeWorld(postgres.folder);
  const programs: Program[] = [];
  const start = async (starting: Promise<Program>): Promise<Program> => {
    const program = await starting;
    programs.push(program);
    return program;
  };
  try {
    const api = await start(startProgram(world.environment, 'api'));
    const edge = await start(startEdge(world));
    await start(startProgram(world.environment, 'worker,relay,scheduler'));
    await asStaff(api.url, world.token)('/v1/event-types', PAGE_VIEW);
    const file = join(postgres.folder, 'answered-soak');
    const clicks = visitors.run({
      ...world.clicks,
      url: edge.url,
      shape: { kind: 'open', perSecond: VISITORS_A_SECOND, ms },
      keep: { mark: world.clicks.mustHold ?? '', file },
    });
    const [outcome, told] = await Promise.all([clicks, post(world, api.url), restart(postgres)]);
    // Each is in the outbox, and then a touchpoint as well.
    await untilStored(world.database.url, 2 * outcome.answered, 30_000);
    return {
      title: `Soak: ${given.minutes} minutes, PostgreSQL stopped and started ${RESTARTS} times`,
      findings: [...(await clicksFound(world, outcome, file)), ...(await eventsFound(world, told))],
    };
  } finally {
    await postgres.start();
    await Promise.all(programs.map((program) => program.stop()));
    await world.database.drop();
  }
};

await bench(
  () =>
    withOwnPostgres(async (postgres) => {
      const visitors = new LoadGenerator();
      try {
        return await soak(postgres, visitors);
      } finally {
        visitors.stop();
      }
    }),
  { servers: withItsOwn },
);
