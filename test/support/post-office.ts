/**
 * Two tiny modules and a broker between them: `sender` tells, `hearer` writes down what it hears, once a row. A station
 * is what one process would hold: its own connections, its own lead, its own broker.
 */
import type { Broker } from '../../src/infrastructure/messaging/broker.ts';
import { type Consumer, consumer } from '../../src/infrastructure/messaging/consumer.ts';
import type { Doorbell } from '../../src/infrastructure/messaging/doorbell.ts';
import { Inbound } from '../../src/infrastructure/messaging/inbound.ts';
import { ParkingLot } from '../../src/infrastructure/messaging/parking-lot.ts';
import { type Database, openDatabase, rowsOf } from '../../src/infrastructure/postgres/database.ts';
import { PostgresDoorbell } from '../../src/infrastructure/postgres/doorbell.ts';
import { Leadership } from '../../src/infrastructure/postgres/leadership.ts';
import type { PostgresTransaction } from '../../src/infrastructure/postgres/transaction.ts';
import { OutboxReader } from '../../src/infrastructure/postgres/outbox-reader.ts';
import { type Envelope, read } from '../../src/shared/events.ts';
import { IsText, IsWhole } from '../../src/shared/fields.ts';
import { toUuid } from '../../src/shared/ids.ts';
import { instant } from '../../src/shared/instant.ts';
import { type Outbox, published } from '../../src/shared/outbox.ts';
import type { TestDatabase } from './database.ts';
import { addModules } from './modules.ts';
import { eventually } from './signals.ts';
import { postgresTransaction } from './transaction.ts';

export class ToldV1 {
  static readonly type = 'sender.told';
  static readonly version = 1;

  @IsText({ max: 50 }) readonly text!: string;
  @IsWhole({ min: 0, max: 1_000_000 }) readonly n!: number;
}

/** Told, and heard by nobody. */
export class WhisperedV1 {
  static readonly type = 'sender.whispered';
  static readonly version = 1;

  @IsText({ max: 50 }) readonly text!: string;
}

export interface BrokerParts {
  readonly leadership: Leadership;
  readonly doorbell: Doorbell;
  readonly consumers: () => readonly Consumer[];
  readonly report: (error: unknown, where: string) => void;
}
export type MakeBroker = (parts: BrokerParts) => Broker;

export interface Effect {
  readonly consumer: string;
  readonly event_id: string;
  readonly partition_key: string;
  readonly aggregate_version: bigint;
  readonly text: string;
}

/** What a hearer does with an event before it is written down; it may throw. */
export type OnEvent = (event: Envelope, told: ToldV1) => void | Promise<void>;

const databaseOf = (url: string, schema: string): Database =>
  openDatabase({ url, schema, role: `mod_${schema}`, poolSize: 6, timeoutMs: 2_000 });

export class Station {
  readonly errors: unknown[] = [];
  readonly parked: string[] = [];
  readonly inbounds: readonly Inbound[];
  readonly outboxes: readonly OutboxReader[];
  readonly broker: Broker;
  private readonly stopping = new AbortController();
  private readonly sender: Database;
  private readonly hearer: Database;
  private readonly leadership: Leadership;
  private readonly doorbell: PostgresDoorbell;

  constructor(url: string, make: MakeBroker, hearers: Readonly<Record<string, OnEvent>>) {
    this.sender = databaseOf(url, 'sender');
    this.hearer = databaseOf(url, 'hearer');
    this.leadership = new Leadership(url);
    this.doorbell = new PostgresDoorbell(url);
    this.outboxes = [new OutboxReader(this.sender)];
    this.inbounds = Object.entries(hearers).map(([name, onEvent]) => this.inbound(name, onEvent));
    this.broker = make({
      leadership: this.leadership,
      doorbell: this.doorbell,
      consumers: () => this.inbounds.map((each) => each.consumer),
      report: (error) => this.errors.push(error),
    });
  }

  async start(...roles: readonly ('relay' | 'worker')[]): Promise<this> {
    await this.doorbell.start();
    if (roles.length === 0 || roles.includes('relay')) await this.broker.relay(this.outboxes, this.stopping.signal);
    if (roles.length === 0 || roles.includes('worker'))
      await this.broker.consume(this.inbounds, this.outboxes, this.stopping.signal);
    return this;
  }

  isIdle(): Promise<boolean> {
    return this.broker.isIdle(this.inbounds, this.outboxes);
  }

  async settled(timeoutMs?: number): Promise<void> {
    await eventually(
      'everything told is heard or parked',
      () => this.isIdle().catch(() => false), // the database may be away just then
      timeoutMs,
    );
  }

  lotOf(name: string): ParkingLot {
    return this.inboundOf(name).lot;
  }

  inboundOf(name: string): Inbound {
    const found = this.inbounds.find((each) => each.consumer.name === name);
    if (found === undefined) throw new Error(`nobody here is called ${name}`);
    return found;
  }

  private stopped: Promise<void> | undefined;

  stop(): Promise<void> {
    return (this.stopped ??= this.end());
  }

  private async end(): Promise<void> {
    this.stopping.abort();
    await this.broker.close();
    await Promise.all([this.leadership.close(), this.doorbell.close()]);
    await Promise.all([this.sender.knex.destroy(), this.hearer.knex.destroy()]);
  }

  private inbound(name: string, onEvent: OnEvent): Inbound {
    const transaction = postgresTransaction(this.hearer, (trx) => trx);
    const hearing = consumer(name, transaction, [ToldV1], async (trx, events) => {
      for (const event of events) await onEvent(event, read(ToldV1, event));
      await rowsOf(
        trx,
        `insert into hearer.effects (consumer, event_id, partition_key, aggregate_version, text)
         select :name, * from unnest(:ids::uuid[], :keys::text[], :versions::bigint[], :texts::text[])`,
        {
          name,
          ids: events.map(({ id }) => toUuid(id)),
          keys: events.map(({ partitionKey }) => partitionKey),
          versions: events.map(({ aggregateVersion }) => aggregateVersion),
          texts: events.map((event) => read(ToldV1, event).text),
        },
      );
    });
    return new Inbound(hearing, new ParkingLot(this.hearer, name), {
      handled: () => undefined,
      parked: (_, event, code) => this.parked.push(`${event.partitionKey} ${code}`),
    });
  }
}

export class PostOffice {
  private readonly stations: Station[] = [];
  private readonly transaction: PostgresTransaction<Outbox>;

  private constructor(
    private readonly database: TestDatabase,
    private readonly make: MakeBroker,
    private readonly senderBell: PostgresDoorbell,
  ) {
    this.transaction = postgresTransaction(database.as('sender'), (_, outbox) => outbox, senderBell);
  }

  static async open(database: TestDatabase, make: MakeBroker): Promise<PostOffice> {
    await addModules(database, 'sender', 'hearer');
    await rowsOf(
      database.owner.knex,
      `create table hearer.effects (
         position bigint generated always as identity primary key,
         consumer text not null, event_id uuid not null, partition_key text not null,
         aggregate_version bigint not null, text text not null);
       grant select, insert on hearer.effects to mod_hearer`,
    );
    const bell = new PostgresDoorbell(database.url);
    await bell.start();
    return new PostOffice(database, make, bell);
  }

  /** Tells facts in one transaction; each is `key` or `key:text`. */
  async tell(...facts: readonly string[]): Promise<void> {
    await this.transaction.run((outbox) => {
      outbox.publish(
        ...facts.map((fact, n) => {
          const [key = '', text = 'fact'] = fact.split(':');
          return published(ToldV1, about(key), { text, n });
        }),
      );
      return Promise.resolve();
    });
  }

  async whisper(key: string): Promise<void> {
    await this.transaction.run((outbox) => {
      outbox.publish(published(WhisperedV1, about(key), { text: 'psst' }));
      return Promise.resolve();
    });
  }

  /** Many facts about a few keys, from several transactions at the same time. */
  async chatter(events: number, keys: number): Promise<void> {
    const tellers = 5;
    await Promise.all(
      Array.from({ length: tellers }, async (_, teller) => {
        for (let n = teller; n < events; n += tellers) await this.tell(`key ${n % keys}`);
      }),
    );
  }

  station(hearers: Readonly<Record<string, OnEvent>>, url = this.database.url): Station {
    const station = new Station(url, this.make, hearers);
    this.stations.push(station);
    return station;
  }

  effects(name: string): Promise<readonly Effect[]> {
    return rowsOf<Effect>(
      this.database.owner.knex,
      'select * from hearer.effects where consumer = :name order by position',
      { name },
    );
  }

  async told(): Promise<readonly string[]> {
    const rows = await rowsOf<{ event_id: string }>(
      this.database.owner.knex,
      `select event_id from sender.outbox where type = 'sender.told' order by id`,
    );
    return rows.map(({ event_id }) => event_id);
  }

  async close(): Promise<void> {
    await Promise.all(this.stations.map((station) => station.stop()));
    await this.senderBell.close();
  }
}

const about = (key: string): { aggregate: string; occurredAt: ReturnType<typeof instant> } => ({
  aggregate: key,
  occurredAt: instant('2026-01-01T00:00:00Z'),
});

/** Of each key, the versions in the order of their effects. */
export const versionsByKey = (effects: readonly Effect[]): ReadonlyMap<string, readonly bigint[]> => {
  const versions = new Map<string, bigint[]>();
  for (const { partition_key, aggregate_version } of effects)
    versions.set(partition_key, [...(versions.get(partition_key) ?? []), aggregate_version]);
  return versions;
};

export const inOrder = (versions: readonly bigint[]): boolean =>
  versions.every((version, index) => version === BigInt(index + 1));
