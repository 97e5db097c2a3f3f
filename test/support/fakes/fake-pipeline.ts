import {
  AcceptedEvents,
  type AcceptedKey,
  type PipelineStores,
  type PipelineTransaction,
} from '../../../src/modules/pipeline/ports/accepted-events.ts';
import { DayPartitions } from '../../../src/modules/pipeline/ports/day-partitions.ts';
import { EventTypes, type RegisteredType } from '../../../src/modules/pipeline/ports/event-types.ts';
import { Quarantine, type Quarantined } from '../../../src/modules/pipeline/ports/quarantine.ts';
import { type PassingEvent, PassingEvents } from '../../../src/modules/pipeline/ports/passing-events.ts';
import {
  type Hope,
  type Note,
  SeenAlready,
  SeenEvents,
  type SeenKey,
} from '../../../src/modules/pipeline/ports/seen-events.ts';
import type { QuarantineId } from '../../../src/modules/pipeline/index.ts';
import type { Fault } from '../../../src/shared/errors.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import { type FakeParts, FakeTransaction, Table } from './fake-transaction.ts';

const noteIn = (table: Table<string>, name: string, content: string): Note => {
  const known = table.get(name);
  if (known === undefined) {
    table.set(name, content);
    return 'new';
  }
  return known === content ? 'known' : 'different';
};

class FakeAcceptedEvents extends AcceptedEvents {
  constructor(private readonly digests: Table<string>) {
    super();
  }

  note(keys: readonly AcceptedKey[]): Promise<readonly Note[]> {
    return Promise.resolve(
      keys.map(({ source, id, digest }) => noteIn(this.digests, JSON.stringify([source, id]), digest)),
    );
  }
}

class FakeSeenEvents extends SeenEvents {
  constructor(private readonly contents: Table<string>) {
    super();
  }

  note(keys: readonly SeenKey[], hope: Hope): Promise<readonly Note[]> {
    const wasThere = keys.some(({ day, source, id }) => this.contents.has(JSON.stringify([day, source, id])));
    if (hope === 'all_new' && wasThere) return Promise.reject(new SeenAlready('an event was seen before'));
    return Promise.resolve(
      keys.map(({ day, source, id, digest }) => noteIn(this.contents, JSON.stringify([day, source, id]), digest)),
    );
  }
}

class FakeEventTypes extends EventTypes {
  constructor(private readonly types: Table<RegisteredType>) {
    super();
  }

  all(): Promise<readonly RegisteredType[]> {
    const inOrder = (a: RegisteredType, b: RegisteredType): number =>
      a.type === b.type ? a.version - b.version : a.type < b.type ? -1 : 1;
    return Promise.resolve(this.types.values().toSorted(inOrder));
  }

  async lockVersions(type: string): Promise<readonly RegisteredType[]> {
    return (await this.all()).filter((each) => each.type === type);
  }

  count(): Promise<number> {
    return Promise.resolve(this.types.values().length);
  }

  add(type: RegisteredType): Promise<void> {
    this.types.set(`${type.type} ${type.version}`, type);
    return Promise.resolve();
  }
}

interface Refused {
  readonly day: string;
  readonly name: string;
  readonly count: number;
}

class FakeQuarantine extends Quarantine {
  constructor(
    private readonly kept: Table<Quarantined>,
    private readonly refused: Table<Refused>,
  ) {
    super();
  }

  countRefused(day: string, source: string, more: number): Promise<number> {
    const name = JSON.stringify([day, source]);
    const before = this.refused.get(name)?.count ?? 0;
    this.refused.set(name, { day, name, count: before + more });
    return Promise.resolve(before);
  }

  forgetCounts(before: string): Promise<void> {
    for (const { day, name } of this.refused.values()) if (day < before) this.refused.delete(name);
    return Promise.resolve();
  }

  keep(events: readonly Quarantined[]): Promise<void> {
    for (const event of events) {
      const before = this.kept.get(event.id);
      if (before?.state !== 'open')
        this.kept.set(event.id, { ...event, arrivedAt: before?.arrivedAt ?? event.arrivedAt });
    }
    return Promise.resolve();
  }

  lockOpen(ids: readonly QuarantineId[]): Promise<readonly Quarantined[]> {
    return Promise.resolve(this.open(ids).toSorted((a, b) => (a.arrivedAt < b.arrivedAt ? -1 : 1)));
  }

  close(ids: readonly QuarantineId[], state: 'redriven' | 'discarded', at: Instant): Promise<number> {
    const open = this.open(ids);
    for (const event of open) this.kept.set(event.id, { ...event, state, payload: null, changedAt: at });
    return Promise.resolve(open.length);
  }

  blame(id: QuarantineId, faults: readonly Fault[], at: Instant): Promise<void> {
    const [first] = faults;
    for (const event of this.open([id]))
      this.kept.set(id, { ...event, faults, reason: first?.code ?? '', pointer: first?.pointer ?? '', changedAt: at });
    return Promise.resolve();
  }

  private open(ids: readonly QuarantineId[]): readonly Quarantined[] {
    return this.kept.values().filter(({ id, state }) => state === 'open' && ids.includes(id));
  }
}

/** Over any transaction: it promises the same, by more ways to the server and back. */
export class FakePassingEvents extends PassingEvents {
  constructor(private readonly transaction: PipelineTransaction) {
    super();
  }

  take(events: readonly PassingEvent[], hope: Exclude<Hope, 'none'>): Promise<readonly Note[]> {
    return this.transaction.run(async ({ seen, outbox }) => {
      const notes = await seen.note(
        events.map(({ key }) => key),
        hope,
      );
      outbox.publish(...events.flatMap(({ announcement }, nth) => (notes[nth] === 'new' ? [announcement] : [])));
      return notes;
    });
  }
}

/** Memory has room for every day. */
export class FakeDayPartitions extends DayPartitions {
  ensure(): Promise<void> {
    return Promise.resolve();
  }

  keep(): Promise<boolean> {
    return Promise.resolve(false);
  }
}

export class FakePipelineTransaction extends FakeTransaction<PipelineStores> implements PipelineTransaction {
  readonly quarantined: Table<Quarantined>;

  constructor(parts: Partial<FakeParts<PipelineStores>> = {}) {
    const digests = new Table<string>();
    const contents = new Table<string>();
    const types = new Table<RegisteredType>();
    const kept = new Table<Quarantined>();
    const refused = new Table<Refused>();
    super({
      schema: 'pipeline',
      tables: [digests, contents, types, kept, refused],
      stores: (outbox) => ({
        accepted: new FakeAcceptedEvents(digests),
        seen: new FakeSeenEvents(contents),
        types: new FakeEventTypes(types),
        quarantine: new FakeQuarantine(kept, refused),
        outbox,
      }),
      ...parts,
    });
    this.quarantined = kept;
  }
}
