import type { Clock } from '../../../shared/clock.ts';
import type { AppError, Fault } from '../../../shared/errors.ts';
import type { Instant } from '../../../shared/instant.ts';
import { CHUNK, type Lane, LANES, LOWEST } from '../domain/lanes.ts';
import type { QuarantineId, Verdict } from '../index.ts';
import type { PipelineStores, PipelineTransaction } from '../ports/accepted-events.ts';
import type { DayPartitions } from '../ports/day-partitions.ts';
import type { EventReader } from '../ports/event-reader.ts';
import type { IntakeMeter } from '../ports/intake-meter.ts';
import type { PassingEvent, PassingEvents } from '../ports/passing-events.ts';
import type { Hope, Note } from '../ports/seen-events.ts';
import type { AnnounceEvents } from './announce-events.ts';
import { Hopes } from './hopes.ts';
import type { Refusal } from './judge-events.ts';
import type { KeepRefused } from './keep-refused.ts';
import { type Lanes, overloaded } from './lanes.ts';
import type { Piecework } from './piecework.ts';
import { type Prepared, sizeOf } from './prepare-events.ts';
import { Reading } from './reading.ts';

/** Of one event; a batch has a thousand, and an answer must stay bearable. */
export const MAX_EVENT_FAULTS = 20;

export interface EventResult {
  readonly index: number;
  readonly id: string | null;
  readonly verdict: Verdict;
  readonly faults: readonly Fault[];
  /** Where a refused event can be looked at and judged again. */
  readonly quarantineId?: QuarantineId;
}

export interface IntakeLimits {
  readonly futureToleranceMs: number;
  readonly seenDays: number;
}

/** Where events go. */
export abstract class IntakeStores {
  abstract readonly transaction: PipelineTransaction;
  abstract readonly passing: PassingEvents;
  abstract readonly days: DayPartitions;
  abstract readonly announce: AnnounceEvents;
  abstract readonly refused: KeepRefused;
}

/** What the front door is made of. */
export abstract class IntakeParts {
  abstract readonly stores: IntakeStores;
  abstract readonly reader: EventReader;
  abstract readonly lanes: Lanes;
  abstract readonly piecework: Piecework;
  abstract readonly meter: IntakeMeter;
  abstract readonly clock: Clock;
  abstract readonly limits: IntakeLimits;
}

/**
 * The front door for what happened outside. Each event is checked by itself, accepted once by its id, and on disk
 * before it is answered for. What is refused has no effect: it lies in quarantine, and can be sent again once it is
 * mended.
 *
 *     inputs ─▶ judge ─┬─▶ lane ─▶ turn ─▶ noted once, announced ─▶ accepted | duplicate
 *                      └─▶ quarantine ─▶ refused
 */
export class AcceptEvents {
  private readonly hopes = new Hopes();

  constructor(private readonly parts: IntakeParts) {}

  /** Throws `pipeline.overloaded` when a lane is full, before anything is done. `keep: false` quarantines nothing. */
  run(inputs: readonly unknown[], { keep = true } = {}): Promise<readonly EventResult[]> {
    // Not `async`: while it waits, such a function keeps all that it was given.
    return this.read(inputs).then((taken) => this.finish(taken, keep));
  }

  /**
   * Whom a batch of such types has to wait for before it is read, if for anybody: one of nothing but the lowest lane comes
   * in by the door of that, and leaves by what this resolves with. Throws `pipeline.overloaded` where it has no room: a
   * flood costs least that is not even read.
   */
  letIn(types: Iterable<string>, bytes: number): Promise<() => void> | undefined {
    const lowest = this.lowestOf(types);
    if (lowest.length === 0) return undefined;
    const { door } = this.parts.lanes;
    const size = { events: lowest.length, bytes };
    if (!door.hasRoom(size) || !this.parts.lanes.mayCome(LOWEST, 1)) throw this.turnedAway(new Map([[LOWEST, lowest]]));
    return door.enter(size);
  }

  /** None, if one is more urgent. What nobody knows holds nobody up: it may be a word in the data of an event. */
  private lowestOf(types: Iterable<string>): readonly string[] {
    const lowest: string[] = [];
    for (const type of types) {
      const lane = this.parts.reader.laneOf({ type });
      if (lane === LOWEST) lowest.push(type);
      else if (lane !== undefined) return [];
    }
    return lowest;
  }

  private read(inputs: readonly unknown[]): Promise<Taken> {
    const lanes = new Set(inputs.map((input) => this.parts.reader.laneOf(input)));
    const lane = LANES.find((each) => lanes.has(each)) ?? LOWEST;
    if (lanes.size === 1 && lanes.has(lane) && !this.parts.lanes.mayCome(lane, inputs.length))
      return Promise.reject(this.turnedAway(new Map([[lane, inputs]])));
    const reading = new Reading(inputs, this.parts);
    const isRead = this.parts.lanes.expect(lane, inputs.length);
    const work = this.parts.piecework.run(lane, () => reading.piece());
    return work.finally(isRead).then(() => this.taken(reading));
  }

  private taken({ lanes: all, refusals, now }: Reading): Taken {
    const { lanes, shed } = this.admit(all);
    return { lanes, refusals, shed, now };
  }

  private async finish({ lanes, refusals, shed, now }: Taken, keep: boolean): Promise<readonly EventResult[]> {
    const kept = keep ? this.keep(refusals, now) : Promise.resolve(new Map<number, QuarantineId>());
    const [results, quarantined] = await allOrThrow(this.write(lanes, now), kept);
    const refused = [...refusals, ...shed].map((refusal) => refusedAs(refusal, quarantined));
    return [...results, ...refused].toSorted((a, b) => a.index - b.index);
  }

  /** Room for all of it, or for none: but what is least urgent makes room for the rest of its batch. */
  private admit(lanes: Lanewise): { readonly lanes: Lanewise; readonly shed: readonly Refusal[] } {
    const full = [...lanes].filter(([lane, events]) => !this.parts.lanes.hasRoom(lane, sizeOf(events)));
    const [first] = full;
    if (first === undefined) return { lanes, shed: [] };
    if (full.length > 1 || first[0] !== LOWEST || lanes.size === 1) throw this.turnedAway(new Map(full));
    const [lane, events] = first;
    this.parts.meter.shed(lane, events.length);
    const others = new Map([...lanes].filter(([each]) => each !== lane));
    return { lanes: others, shed: events.map(({ index, id }) => ({ index, id, faults: [shedFault] })) };
  }

  private turnedAway(full: ReadonlyMap<Lane, readonly unknown[]>): AppError {
    for (const [lane, events] of full) this.parts.meter.turnedAway(lane, events.length);
    return overloaded([...full.keys()][0] ?? LOWEST);
  }

  private async write(lanes: Lanewise, now: Instant): Promise<readonly EventResult[]> {
    const turns = [...lanes].flatMap(([lane, events]) =>
      chunks(events, CHUNK[lane]).map((chunk) =>
        this.parts.lanes.enter(lane, sizeOf(chunk), () => this.writeChunk(lane, chunk, now)),
      ),
    );
    return (await allOrThrow(...turns)).flat();
  }

  private async writeChunk(lane: Lane, chunk: readonly Prepared[], now: Instant): Promise<readonly EventResult[]> {
    const {
      stores: { transaction, passing: taken, days },
      meter,
    } = this.parts;
    const passing = passingIn(chunk);
    const isAll = passing.length === chunk.length;
    const write = async (hope: Hope): Promise<readonly EventResult[]> => {
      if (!isAll || hope === 'none') return transaction.run((stores) => accept(stores, chunk, now, hope));
      return resultsOf(chunk, { passing: (await taken.take(passing, hope)).values() });
    };
    await days.ensure('seen_events', new Set(passing.map(({ key }) => key.day)));
    const results = await (passing.length === 0 ? write('none') : this.hopes.write(write));
    meter.accepted(lane, results.filter(({ verdict }) => verdict === 'accepted').length);
    return results;
  }

  /** In the lowest lane: who sends nonsense must not hold up who sends orders. */
  private async keep(refusals: readonly Refusal[], now: Instant): Promise<ReadonlyMap<number, QuarantineId>> {
    const {
      stores: { refused },
      lanes,
    } = this.parts;
    const size = { events: refusals.length, bytes: 0 };
    if (refusals.length === 0 || !lanes.hasRoom(LOWEST, size)) return new Map();
    return lanes.enter(LOWEST, size, () => refused.run(refusals, now));
  }
}

type Lanewise = ReadonlyMap<Lane, readonly Prepared[]>;

/** A batch that was read and found room. */
interface Taken {
  readonly lanes: Lanewise;
  readonly refusals: readonly Refusal[];
  readonly shed: readonly Refusal[];
  readonly now: Instant;
}

const accept = async (
  { accepted, seen, outbox }: PipelineStores,
  chunk: readonly Prepared[],
  now: Instant,
  hope: Hope,
): Promise<readonly EventResult[]> => {
  const lasting = chunk.flatMap(({ key }) => ('lasting' in key ? key.lasting : []));
  const passing = passingIn(chunk).map(({ key }) => key);
  const notes = {
    lasting: (lasting.length > 0 ? await accepted.note(lasting, now) : []).values(),
    passing: (passing.length > 0 ? await seen.note(passing, hope) : []).values(),
  };
  const results = resultsOf(chunk, notes);
  const isNew = results.map(({ verdict }) => verdict === 'accepted');
  outbox.publish(...chunk.filter((_, nth) => isNew[nth]).map(({ announcement }) => announcement));
  return results;
};

const passingIn = (chunk: readonly Prepared[]): readonly PassingEvent[] =>
  chunk.flatMap(({ key, announcement }) => ('passing' in key ? { key: key.passing, announcement } : []));

type Notes = Iterator<Note, unknown>;

/** Of each in its place; notes are in the order of the events they are of. */
const resultsOf = (
  chunk: readonly Prepared[],
  { lasting, passing }: { readonly lasting?: Notes; readonly passing: Notes },
): readonly EventResult[] =>
  chunk.map(({ index, id, key }): EventResult => {
    switch (('lasting' in key ? lasting : passing)?.next().value) {
      case 'new':
        return { index, id, verdict: 'accepted', faults: NONE };
      case 'different':
        return { index, id, verdict: 'refused', faults: [sameIdOtherContent] };
      default:
        return { index, id, verdict: 'duplicate', faults: NONE };
    }
  });

const NONE: readonly Fault[] = [];

/** As `Promise.all`; but nothing is still at work when it throws. */
const allOrThrow = async <Results extends readonly unknown[]>(
  ...work: { readonly [Index in keyof Results]: Promise<Results[Index]> }
): Promise<Results> => {
  await Promise.allSettled(work);
  return await Promise.all(work);
};

const chunks = <Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] =>
  items.length <= size
    ? [items]
    : Array.from({ length: Math.ceil(items.length / size) }, (_, nth) => items.slice(nth * size, (nth + 1) * size));

const refusedAs = ({ index, id, faults }: Refusal, quarantined: ReadonlyMap<number, QuarantineId>): EventResult => {
  const quarantineId = quarantined.get(index);
  return {
    index,
    id,
    verdict: 'refused',
    faults: faults.slice(0, MAX_EVENT_FAULTS),
    ...(quarantineId && { quarantineId }),
  };
};

const sameIdOtherContent: Fault = {
  pointer: '/id',
  code: 'pipeline.id_reused',
  detail: 'was used for an event with another content; a new event needs a new id',
};

const shedFault: Fault = {
  pointer: '',
  code: 'pipeline.shed',
  detail: 'made room for what is more urgent; send it again when there is less to do',
};
