/** How many events of each type and program an hour had: the projection that is kept beside the archive. */
import { type Instant, instantAt } from '../../../shared/instant.ts';
import type { Timed } from './event-time-sorter.ts';

export interface Countable extends Timed {
  readonly type: string;
  readonly programId: string;
  readonly late: boolean;
}

export interface HourlyCount {
  readonly type: string;
  /** Empty for events that name no program. */
  readonly programId: string;
  readonly hour: Instant;
  readonly events: number;
  readonly late: number;
  readonly firstId: string;
  readonly firstAt: Instant;
  readonly lastId: string;
  readonly lastAt: Instant;
  /** The sum of a hash of every event's id: two tables with the same sums counted the same events. */
  readonly digest: bigint;
}

interface Tally {
  readonly type: string;
  readonly programId: string;
  readonly hourMs: number;
  events: number;
  late: number;
  first: Timed;
  last: Timed;
  digest: bigint;
}

const HOUR_MS = 3_600_000;

/** In any order of the events the same counts. */
export class HourlyTally {
  private readonly tallies = new Map<string, Tally>();

  add(event: Countable): void {
    const hourMs = event.at - (((event.at % HOUR_MS) + HOUR_MS) % HOUR_MS);
    const name = `${hourMs} ${event.type} ${event.programId}`;
    const tally = this.tallies.get(name);
    if (tally === undefined) this.tallies.set(name, begin(event, hourMs));
    else more(tally, event);
  }

  counts(): readonly HourlyCount[] {
    return [...this.tallies.values()].map(counted);
  }
}

const begin = (event: Countable, hourMs: number): Tally => ({
  type: event.type,
  programId: event.programId,
  hourMs,
  events: 1,
  late: event.late ? 1 : 0,
  first: event,
  last: event,
  digest: hashOf(event.id),
});

const more = (tally: Tally, event: Countable): void => {
  tally.events += 1;
  if (event.late) tally.late += 1;
  if (isEarlier(event, tally.first)) tally.first = event;
  if (isEarlier(tally.last, event)) tally.last = event;
  tally.digest += hashOf(event.id);
};

/** As the table compares them. */
const isEarlier = (one: Timed, other: Timed): boolean => (one.at === other.at ? one.id < other.id : one.at < other.at);

const counted = ({ hourMs, first, last, ...rest }: Tally): HourlyCount => ({
  type: rest.type,
  programId: rest.programId,
  hour: instantAt(hourMs),
  events: rest.events,
  late: rest.late,
  firstId: first.id,
  firstAt: instantAt(first.at),
  lastId: last.id,
  lastAt: instantAt(last.at),
  digest: rest.digest,
});

const FNV_PRIME = 16_777_619;

/** FNV-1a twice, from two beginnings, as one number of 53 bits: it guards against mistakes, not against malice. */
const hashOf = (text: string): bigint => {
  let [low, high] = [0x811c9dc5, 0x9747b28c];
  for (let place = 0; place < text.length; place += 1) {
    const code = text.charCodeAt(place);
    low = Math.imul(low ^ code, FNV_PRIME);
    high = Math.imul(high ^ (code + place), FNV_PRIME);
  }
  return BigInt((high >>> 11) * 2 ** 32 + (low >>> 0));
};
