/** How long orders wait while somebody floods the door with logs, and while nobody does; taking turns. */
import { median, type Report } from '../support/finding.ts';
import { LoadGenerator } from '../support/load.ts';
import { pauseMs } from '../../test/support/signals.ts';
import { LOG_LINE, ordersPlaced, pageViews } from './events.ts';
import type { Lengths } from './intake.ts';
import { type Counts, PER_REQUEST, Poster, type World } from './world.ts';

const ORDERS = 10;
const BATCHES_A_SECOND = 50;
/** More than the lane has room for: some of it is turned away. */
const FLOOD_CONNECTIONS = 32;
/** The flood has risen by then. */
const RISING_MS = 300;

export const lanes = async ({ poster, programId, token }: World, { rounds, roundMs }: Lengths): Promise<Report> => {
  const other = new LoadGenerator();
  const orders = (ms: number): Promise<Counts> =>
    poster.post(ordersPlaced(programId, ORDERS), ORDERS, {
      shape: { kind: 'open', perSecond: BATCHES_A_SECOND, ms },
    });
  try {
    const flooder = new Poster(other, poster.url, token);
    const flood = (ms: number): Promise<Counts> =>
      flooder.post(pageViews(programId, PER_REQUEST, LOG_LINE), PER_REQUEST, {
        shape: { kind: 'closed', ms },
        connections: FLOOD_CONNECTIONS,
        yields: true,
      });
    const [calm, flooded, logs, turnedAway]: [number[], number[], number[], number[]] = [[], [], [], []];
    await orders(roundMs);
    await flood(roundMs);
    for (let round = 0; round < rounds; round += 1) {
      calm.push((await orders(roundMs)).outcome.latency.p99Ms);
      const [counts, { outcome }] = await Promise.all([
        flood(roundMs + 2 * RISING_MS),
        pauseMs(RISING_MS).then(() => orders(roundMs)),
      ]);
      flooded.push(outcome.latency.p99Ms);
      logs.push(counts.perSecond);
      turnedAway.push(counts.outcome.turnedAway);
    }
    return {
      title: 'Orders during a flood of logs',
      findings: [
        {
          what: `p99 of ${BATCHES_A_SECOND} batches of ${ORDERS} orders a second, open loop, during the flood`,
          value: median(flooded),
          unit: 'ms',
          beside: { what: 'without it', value: median(calm) },
          bar: { mostRatio: 1.2 },
        },
        { what: 'logs accepted meanwhile', value: median(logs), unit: 'events/s' },
        { what: 'batches of logs turned away with 429, a round', value: median(turnedAway), unit: '' },
      ],
    };
  } finally {
    other.stop();
  }
};
