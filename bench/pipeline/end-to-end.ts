/**
 * From the door to the end: accepted, relayed to RabbitMQ, consumed by attribution, sorted by their time and archived as
 * Parquet, by two more processes on the same two cores; beside the api role alone with nobody behind it. The clock stops
 * when the last event has arrived everywhere, so that a backlog counts; the seconds that sorting waits for stragglers by
 * design, whatever the load, do not.
 */
import { ask } from '../support/database.ts';
import type { Finding, Report } from '../support/finding.ts';
import { pauseMs } from '../../test/support/signals.ts';
import { clicksElsewhere } from './events.ts';
import { LATENESS_SECONDS, PER_REQUEST, type World } from './world.ts';

/** A body's times must not grow old, or all of it would be late. */
const SLICE_MS = 2_000;
const WARMING_MS = 1_500;
const LOOK_MS = 250;
/** Nothing arrives any more. */
const PATIENCE_MS = 60_000;
const BEHIND = ['worker', 'relay,scheduler'];

const CONSUMED = 'select count(*) from attribution.touchpoints';
/** Counting millions four times a second would take a processor from what is measured; the server knows, a second late. */
const CONSUMED_ABOUT = `select n_tup_ins from pg_stat_user_tables
  where schemaname = 'attribution' and relname = 'touchpoints'`;
const ARCHIVED = `select coalesce(sum(rows), 0) from pipeline.archive_files
  where source = 'pipeline' and type like '%click_received%' and state = 'current'`;

const post = async ({ poster, programId }: World, ms: number): Promise<number> => {
  let accepted = 0;
  for (let left = ms; left > 0; left -= SLICE_MS) {
    const shape = { kind: 'closed', ms: Math.min(left, SLICE_MS) } as const;
    const counts = await poster.post(clicksElsewhere(programId, PER_REQUEST), PER_REQUEST, { shape, yields: true });
    accepted += counts.accepted;
  }
  return accepted;
};

interface Arrived {
  readonly consumed: number;
  readonly archived: number;
}

const arrived = async ({ database: { url } }: World, countConsumed = CONSUMED): Promise<Arrived> => {
  const [consumed, archived] = await Promise.all([ask(url, countConsumed), ask(url, ARCHIVED)]);
  return { consumed: Number(consumed), archived: Number(archived) };
};

/** Until so many are at both ends, or nothing moves. */
const untilArrived = async (world: World, count: number): Promise<Arrived> => {
  let before = await arrived(world, CONSUMED_ABOUT);
  for (let movedAt = performance.now(); performance.now() - movedAt < PATIENCE_MS;) {
    const now = await arrived(world, CONSUMED_ABOUT);
    if (now.consumed >= count && now.archived >= count) return arrived(world);
    if (now.consumed !== before.consumed || now.archived !== before.archived) movedAt = performance.now();
    before = now;
    await pauseMs(LOOK_MS);
  }
  return arrived(world);
};

/** Nobody behind the door. */
export const ingestAlone = async (world: World, ms: number): Promise<number> => {
  await post(world, WARMING_MS);
  const started = performance.now();
  return ((await post(world, ms)) / (performance.now() - started)) * 1_000;
};

export const endToEnd = async (world: World, seconds: number, alone: number): Promise<Report> => {
  for (const roles of BEHIND) await world.start(roles);
  const before = await post(world, WARMING_MS);
  await untilArrived(world, before);
  const started = performance.now();
  const accepted = await post(world, seconds * 1_000);
  const postedSeconds = (performance.now() - started) / 1_000;
  const { consumed, archived } = await untilArrived(world, before + accepted);
  const allSeconds = Math.max(postedSeconds, (performance.now() - started) / 1_000 - LATENESS_SECONDS);
  const all = before + accepted;
  const of = all.toLocaleString('en-US');
  const none = { unit: '', bar: { most: 0 }, isPromise: true } as const;
  const countOf = (what: string, count: number): readonly Finding[] => [
    { ...none, what: `accepted and not ${what}, of ${of}`, value: Math.max(0, all - count) },
    { ...none, what: `${what} more often than accepted`, value: Math.max(0, count - all) },
  ];
  return {
    title: 'Events from end to end',
    findings: [
      {
        what: `accepted, relayed, consumed, sorted and archived, sustained for ${seconds} s and until all had arrived`,
        value: accepted / allSeconds,
        unit: 'events/s',
        beside: { what: 'accepted alone, nobody behind', value: alone },
        bar: { ratio: 0.3 },
      },
      { what: 'accepted meanwhile', value: accepted / postedSeconds, unit: 'events/s' },
      { what: 'from the last batch until all had arrived', value: allSeconds - postedSeconds, unit: 's' },
      ...countOf('consumed', consumed),
      ...countOf('archived', archived),
    ],
  };
};
