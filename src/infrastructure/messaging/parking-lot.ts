import type { Envelope } from '../../shared/events.ts';
import { toUuid } from '../../shared/ids.ts';
import { type Database, rowsOf, rowsOfOften } from '../postgres/database.ts';

export interface Parked {
  readonly position: bigint;
  readonly consumer: string;
  readonly envelope: Envelope;
  readonly code: string;
  readonly reason: string;
}

interface ParkedRow {
  readonly position: bigint;
  readonly consumer: string;
  readonly envelope: Envelope;
  readonly code: string;
  readonly reason: string;
}

/**
 * Where messages wait that a consumer cannot handle. A parked message holds back the later ones with its partition
 * key, and nobody else's: the queue flows on, and order is kept for those who wait.
 */
export class ParkingLot {
  constructor(
    private readonly database: Database,
    readonly consumer: string,
  ) {}

  private get table(): string {
    return `${this.database.schema}.parked`;
  }

  /** Of these keys, those with something parked. */
  async heldBack(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await rowsOfOften<{ partition_key: string }>(
      this.database.knex,
      `select distinct partition_key from ${this.table}
       where consumer = :consumer and state = 'parked' and partition_key = any(:keys)`,
      { consumer: this.consumer, keys: [...new Set(keys)] },
    );
    return new Set(rows.map(({ partition_key }) => partition_key));
  }

  async park(event: Envelope, code: string, reason: string): Promise<void> {
    await rowsOf(
      this.database.knex,
      `${this.insert} values ${this.values} on conflict (consumer, event_id) do nothing`,
      {
        ...this.columns(event),
        code,
        reason: reason.slice(0, 2_000),
      },
    );
  }

  /** Parks behind what is parked; false when that was released meanwhile, and the event may be handled after all. */
  async parkBehind(event: Envelope): Promise<boolean> {
    const rows = await rowsOf(
      this.database.knex,
      `with front as (
         select position from ${this.table}
         where consumer = :consumer and state = 'parked' and partition_key = :partitionKey
         order by position
         limit 1
         for update
       )
       ${this.insert}
       select ${this.values.slice(1, -1)} from front
       on conflict (consumer, event_id) do update set state = 'parked'
       returning position`,
      { ...this.columns(event), code: 'messaging.behind_parked', reason: 'waits behind a parked message' },
    );
    return rows.length > 0;
  }

  async list(limit: number): Promise<readonly Parked[]> {
    return this.parked(`order by position limit :limit`, { limit });
  }

  /** The front of each queue of waiting messages: what has to be re-driven first. */
  async front(partitionKey: string): Promise<Parked | undefined> {
    const [first] = await this.parked(`and partition_key = :partitionKey order by position limit 1`, { partitionKey });
    return first;
  }

  async find(position: bigint): Promise<Parked | undefined> {
    const [found] = await this.parked(`and position = :position`, { position });
    return found;
  }

  async count(): Promise<number> {
    const [row] = await rowsOf<{ count: bigint }>(
      this.database.knex,
      `select count(*) as count from ${this.table} where consumer = :consumer and state = 'parked'`,
      { consumer: this.consumer },
    );
    return Number(row?.count ?? 0);
  }

  async release(position: bigint): Promise<void> {
    await rowsOf(this.database.knex, `update ${this.table} set state = 'redriven' where position = :position`, {
      position,
    });
  }

  private parked(clause: string, values: Readonly<Record<string, unknown>>): Promise<readonly Parked[]> {
    return rowsOf<ParkedRow>(
      this.database.knex,
      `select position, consumer, envelope, code, reason from ${this.table}
       where consumer = :consumer and state = 'parked' ${clause}`,
      { consumer: this.consumer, ...values },
    );
  }

  private get insert(): string {
    return `insert into ${this.table} (consumer, event_id, partition_key, envelope, code, reason)`;
  }

  private readonly values = '(:consumer, :eventId::uuid, :partitionKey, :envelope::jsonb, :code, :reason)';

  private columns(event: Envelope): Readonly<Record<string, unknown>> {
    return {
      consumer: this.consumer,
      eventId: toUuid(event.id),
      partitionKey: event.partitionKey,
      envelope: JSON.stringify(event),
    };
  }
}
