import { nameOf } from '../../shared/events.ts';
import type { Unopened } from '../postgres/outbox-reader.ts';

/** Events that travel in one message. */
export interface Bundle {
  readonly lane: number;
  readonly type: string;
  readonly events: readonly [Unopened, ...Unopened[]];
}

/** More saves nothing, and who reads holds some of them in memory. */
const MOST_CHARACTERS = 65_536;

/**
 * Neighbours in a lane, of one type, so that the same queues hear them. Another type closes the bundle before it: within
 * a lane nothing overtakes anything.
 */
export const bundled = (
  events: readonly Unopened[],
  laneOf: (partitionKey: string) => number,
  most: number,
): readonly Bundle[] => {
  const bundles: (Bundle & { readonly events: [Unopened, ...Unopened[]] })[] = [];
  const open = new Map<number, { readonly bundle: (typeof bundles)[number]; characters: number }>();
  for (const each of events) {
    const [lane, type] = [laneOf(each.event.partitionKey), nameOf(each.event)];
    const last = open.get(lane);
    const fits = last?.bundle.type === type && last.bundle.events.length < most && last.characters < MOST_CHARACTERS;
    if (fits) {
      last.bundle.events.push(each);
      last.characters += each.json.length;
    } else {
      const bundle = { lane, type, events: [each] as [Unopened, ...Unopened[]] };
      bundles.push(bundle);
      open.set(lane, { bundle, characters: each.json.length });
    }
  }
  return bundles;
};
