/** How much memory the edge needs while it does all it can, and whether that grows. */
import { median, type Report } from '../support/finding.ts';
import type { LoadGenerator } from '../support/load.ts';
import { rssMbOf } from '../support/usage.ts';
import { pauseMs } from '../../test/support/signals.ts';
import { Contender, failedFinding } from './redirects.ts';
import { startEdge, type World } from './world.ts';

const MOST_MB = 250;
/** A heap breathes, and needs a minute to find its size; what grows without end passes this soon. */
const BREATH_MB = 15;
const LOOK_MS = 250;
const TURN_MS = 5_000;

export const memory = async (world: World, generator: LoadGenerator, minutes: number): Promise<Report> => {
  const edge = await startEdge(world);
  const looks: number[] = [];
  const stopping = new AbortController();
  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      looks.push(rssMbOf(edge.pid));
      await pauseMs(LOOK_MS);
    }
  };
  try {
    const ours = new Contender(generator, edge, world.clicks);
    await ours.warmUp();
    const watching = watch();
    for (const until = performance.now() + minutes * 60_000; performance.now() < until;) await ours.turn(TURN_MS);
    stopping.abort();
    await watching;
    const quarter = Math.ceil(looks.length / 4);
    const grown = median(looks.slice(-quarter)) - median(looks.slice(quarter, 2 * quarter));
    const span = `${minutes} ${minutes === 1 ? 'minute' : 'minutes'} at full load`;
    return {
      title: 'Memory of the edge',
      findings: [
        { what: `largest RSS of the edge in ${span}`, value: Math.max(...looks), unit: 'MB', bar: { most: MOST_MB } },
        {
          what: 'grown from the second quarter to the last',
          value: grown,
          unit: 'MB',
          ...(minutes >= 1 && { bar: { most: BREATH_MB } }),
        },
        { what: 'redirects meanwhile', value: ours.figure, unit: 'requests/s' },
        failedFinding('redirects', ours),
      ],
    };
  } finally {
    stopping.abort();
    await edge.stop();
  }
};
