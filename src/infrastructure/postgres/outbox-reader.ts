/**
 * Reads an outbox in commit-safe order, behind a lock barrier.
 *
 * Ids are drawn before their transactions commit, so a reader that follows `id > cursor` skips what commits late. We
 * therefore (1) read the sequence's last value H, (2) list who holds RowExclusiveLock on the outbox at that moment,
 * (3) when none of *those* transactions is left, every id up to H is committed or dead, and may be read. An INSERT takes
 * the lock before it draws an id, so a writer with an id up to H is in the list or finished. This is the wait of
 * CREATE INDEX CONCURRENTLY, and it blocks nobody. It holds while ids come from the column default, the sequence's
 * cache is 1, and the lock is looked for on the partitioned parent. See docs/adr/0004-lock-barrier-outbox.md.
 */
import type { Envelope } from '../../shared/events.ts';
import { fromUuid } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import { type Database, rowsOf, rowsOfOften } from './database.ts';

interface OutboxRow<Payload> {
  readonly id: bigint;
  readonly event_id: string;
  readonly type: string;
  readonly version: number;
  readonly aggregate: string;
  readonly aggregate_version: bigint;
  readonly partition_key: string;
  readonly occurred_at: Instant;
  readonly traceparent: string | null;
  readonly payload: Payload;
}

export interface Positioned {
  readonly position: bigint;
  readonly event: Envelope;
}

/** For whoever passes it on: its payload is the JSON that it is in the database. */
export interface Unopened {
  readonly position: bigint;
  readonly event: Omit<Envelope, 'payload'>;
  readonly json: string;
}

/** A reader, and what it hears; of one lane, or of all. */
export interface Listener {
  readonly reader: string;
  readonly types: readonly string[];
  readonly lane?: number;
}

export interface Stretch<Each = Positioned> {
  readonly events: readonly Each[];
  /** Everything up to here has been seen; the cursor may move here once `events` are dealt with. */
  readonly upTo: bigint;
}

const BARRIER_POLL_MS = 2;
/** How long one look waits for writers; the next look goes on waiting for the same ones. */
const PATIENCE_MS = 100;

/** Every id up to `last` is committed or dead once none of these writers is left. */
interface Barrier {
  readonly last: bigint;
  readonly since: number;
  writers: readonly string[];
}

export class OutboxReader {
  /** Every id up to here is committed or dead. */
  private safe = 0n;
  private barrier: Barrier | undefined;
  private looking: Promise<bigint> | undefined;
  private lastBarrierMs = 0;
  /** By who was asked about: the id that all of them have passed. */
  private readonly passedByAll = new Map<string, bigint>();

  constructor(private readonly database: Database) {}

  get schema(): string {
    return this.database.schema;
  }

  /** The last id there was at the last look. */
  get seen(): bigint {
    return this.safe;
  }

  /** How long the look in progress, or the last one, has waited for writers. */
  get barrierAgeMs(): number {
    return this.barrier === undefined ? this.lastBarrierMs : performance.now() - this.barrier.since;
  }

  /** What was said after `cursor`, in order; `types` narrows it to those (`orders.order_placed.v1`). */
  read(cursor: bigint, limit: number, types?: readonly string[]): Promise<Stretch> {
    return this.stretch<unknown, Positioned>(cursor, limit, types, 'payload', (row) => ({
      position: row.id,
      event: { ...this.attributesOf(row), payload: row.payload },
    }));
  }

  /** The same, without reading the payloads. */
  readUnopened(cursor: bigint, limit: number, types?: readonly string[]): Promise<Stretch<Unopened>> {
    return this.stretch<string, Unopened>(cursor, limit, types, 'payload::text', (row) => ({
      position: row.id,
      event: this.attributesOf(row),
      json: row.payload,
    }));
  }

  private async stretch<Payload, Each>(
    cursor: bigint,
    limit: number,
    types: readonly string[] | undefined,
    payload: 'payload' | 'payload::text',
    made: (row: OutboxRow<Payload>) => Each,
  ): Promise<Stretch<Each>> {
    const safe = cursor < this.safe ? this.safe : await this.look();
    if (safe <= cursor) return { events: [], upTo: cursor };
    const rows = await rowsOfOften<OutboxRow<Payload>>(
      this.database.knex,
      `select id, event_id, type, version, aggregate, aggregate_version, partition_key, occurred_at, traceparent, ${payload}
       from ${this.schema}.outbox
       where id > :cursor and id <= :safe ${types ? `and type || '.v' || version = any(:types)` : ''}
       order by id
       limit :limit`,
      { cursor, safe, limit, ...(types && { types }) },
    );
    const last = rows.at(-1);
    const whole = rows.length < limit || last === undefined;
    return { events: rows.map(made), upTo: whole ? safe : last.id };
  }

  /** Where whoever wants only what is said from now on begins: what is committed already lies before it. */
  async end(): Promise<bigint> {
    const drawn = await this.lastDrawn();
    while (this.safe < drawn) await this.look();
    return this.safe;
  }

  async cursorOf(reader: string): Promise<bigint> {
    const [row] = await rowsOf<{ position: bigint }>(
      this.database.knex,
      `select position from ${this.schema}.outbox_cursors where reader = :reader`,
      { reader },
    );
    return row?.position ?? 0n;
  }

  moveCursor(reader: string, position: bigint): Promise<void> {
    return this.moveCursors(new Map([[reader, position]]));
  }

  /** Never moves one back: a leader that was replaced may still be reporting. */
  async moveCursors(positions: ReadonlyMap<string, bigint>): Promise<void> {
    await rowsOfOften(
      this.database.knex,
      `insert into ${this.schema}.outbox_cursors as mine (reader, position)
       select reader, position from unnest(:readers::text[], :positions::bigint[]) as moved (reader, position)
       order by reader
       on conflict (reader) do update
         set position = excluded.position, moved_at = now()
         where mine.position < excluded.position`,
      { readers: [...positions.keys()], positions: [...positions.values()] },
    );
  }

  /** Since when the oldest event that a reader has not passed yet has waited, in seconds; absent when there is none. */
  async oldestWaiting(reader: string, types?: readonly string[]): Promise<number | undefined> {
    const [row] = await rowsOf<{ seconds: number }>(
      this.database.knex,
      `select greatest(extract(epoch from now() - recorded_at), 0.000001)::float8 as seconds
       from ${this.schema}.outbox
       where id > coalesce((select position from ${this.schema}.outbox_cursors where reader = :reader), 0)
         ${types ? `and type || '.v' || version = any(:types)` : ''}
       order by id
       limit 1`,
      { reader, ...(types && { types }) },
    );
    return row?.seconds;
  }

  /**
   * Of those listeners, the readers that have not passed everything they hear. One question for all of them, about what
   * is newer than what all of them had passed before: a reader that seldom hears anything has a cursor of long ago.
   */
  async behind(listeners: readonly Listener[], lanes = 1): Promise<readonly string[]> {
    const all = JSON.stringify([lanes, listeners]);
    const floor = this.passedByAll.get(all) ?? 0n;
    const safe = await this.look();
    const rows = await rowsOf<{ reader: string }>(
      this.database.knex,
      `select listener.reader
       from unnest(:readers::text[], :types::text[], :laneNumbers::integer[]) as listener (reader, types, lane)
       left join ${this.schema}.outbox_cursors as mine on mine.reader = listener.reader
       where exists (
         select from ${this.schema}.outbox
         where id > greatest(coalesce(mine.position, 0), :floor::bigint)
           and type || '.v' || version = any(string_to_array(listener.types, ','))
           and (listener.lane is null or platform.lane(partition_key, :lanes) = listener.lane)
       )`,
      {
        lanes,
        floor,
        readers: listeners.map(({ reader }) => reader),
        types: listeners.map(({ types }) => types.join(',')),
        laneNumbers: listeners.map(({ lane }) => lane ?? null),
      },
    );
    if (rows.length === 0) this.passedByAll.set(all, safe);
    return rows.map(({ reader }) => reader);
  }

  /** One look serves everybody who asks while it is under way. */
  private look(): Promise<bigint> {
    this.looking ??= this.passBarrier().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async passBarrier(): Promise<bigint> {
    try {
      const barrier = (this.barrier ??= await this.raiseBarrier());
      for (const until = performance.now() + PATIENCE_MS; barrier.writers.length > 0;) {
        if (performance.now() > until) return this.safe;
        await new Promise((resolve) => setTimeout(resolve, BARRIER_POLL_MS));
        barrier.writers = await this.writers(barrier.writers);
      }
      this.safe = barrier.last;
      this.lastBarrierMs = performance.now() - barrier.since;
      this.barrier = undefined;
      return this.safe;
    } catch (error) {
      this.barrier = undefined; // a server that starts again counts its transactions anew
      throw error;
    }
  }

  /** The last id first, and then the writers: nobody who drew an id up to it can be missed. */
  private async raiseBarrier(): Promise<Barrier> {
    const since = performance.now();
    const last = await this.lastDrawn();
    return { last, since, writers: last > this.safe ? await this.writers() : [] };
  }

  /** The last id that anybody drew; who did may not have committed yet. */
  async lastDrawn(): Promise<bigint> {
    const [sequence] = await rowsOfOften<{ last: bigint }>(
      this.database.knex,
      `select case when is_called then last_value else 0 end as last from ${this.schema}.outbox_id_seq`,
    );
    return sequence?.last ?? 0n;
  }

  /** Virtual transactions that hold the writers' lock; of `among`, if given. */
  private async writers(among?: readonly string[]): Promise<readonly string[]> {
    const rows = await rowsOfOften<{ writer: string }>(
      this.database.knex,
      `select distinct virtualtransaction as writer
       from pg_locks
       where locktype = 'relation'
         and relation = '${this.schema}.outbox'::regclass
         and database = (select oid from pg_database where datname = current_database())
         and mode = 'RowExclusiveLock'
         and granted
         ${among ? 'and virtualtransaction = any(:among)' : ''}`,
      among ? { among: [...among] } : {},
    );
    return rows.map(({ writer }) => writer);
  }

  private attributesOf(row: OutboxRow<unknown>): Omit<Envelope, 'payload'> {
    return {
      id: fromUuid('evt', row.event_id),
      type: row.type,
      version: row.version,
      source: this.schema,
      aggregate: row.aggregate,
      aggregateVersion: Number(row.aggregate_version),
      partitionKey: row.partition_key,
      occurredAt: row.occurred_at,
      traceparent: row.traceparent ?? undefined,
    };
  }
}
