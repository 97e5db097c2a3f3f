/**
 * A transaction without a database: all or nothing, one after the other, an outbox whose versions count up, an inbox
 * that lets a message in once. Fakes of stores stand on `Table`s; both pass the same suites as the real ones.
 */
import type { Envelope } from '../../../src/shared/events.ts';
import { type Id, type Ids } from '../../../src/shared/ids.ts';
import type { Announcement, Outbox } from '../../../src/shared/outbox.ts';
import { Transaction } from '../../../src/shared/transaction.ts';
import { CountingIds } from '../clock.ts';

/** Rows as somebody sees them. */
export interface Rows<Row> {
  get(key: string): Row | undefined;
  has(key: string): boolean;
  values(): Row[];
}

/** Rows by key, with a draft on top while a transaction runs. */
export class Table<Row> implements Rows<Row> {
  private readonly kept = new Map<string, Row>();
  /** What everybody sees who is not in the transaction. */
  readonly committed: Rows<Row> = {
    get: (key) => this.kept.get(key),
    has: (key) => this.kept.has(key),
    values: () => [...this.kept.values()],
  };
  private readonly draft = new Map<string, Row | undefined>();

  get(key: string): Row | undefined {
    return this.draft.has(key) ? this.draft.get(key) : this.kept.get(key);
  }

  set(key: string, row: Row): void {
    this.draft.set(key, row);
  }

  delete(key: string): void {
    this.draft.set(key, undefined);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  values(): Row[] {
    if (this.draft.size === 0) return this.committed.values();
    const rows = new Map<string, Row | undefined>([...this.kept, ...this.draft]);
    return [...rows.values()].filter((row): row is Row => row !== undefined);
  }

  commit(): void {
    for (const [key, row] of this.draft) {
      if (row === undefined) this.kept.delete(key);
      else this.kept.set(key, row);
    }
    this.draft.clear();
  }

  rollback(): void {
    this.draft.clear();
  }
}

export interface FakeParts<Stores> {
  readonly schema: string;
  readonly tables: readonly Table<unknown>[];
  readonly stores: (outbox: Outbox) => Stores;
  readonly ids?: Ids;
  /** Called just before a commit; a simulator throws here to crash. */
  readonly beforeCommit?: () => void;
}

export class FakeTransaction<Stores> extends Transaction<Stores> {
  /** What was committed to the outbox, in order. */
  readonly published: Envelope[] = [];
  private readonly inbox = new Table<true>();
  private readonly versions = new Table<number>();
  private readonly ids: Ids;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: FakeParts<Stores>) {
    super();
    this.ids = parts.ids ?? new CountingIds();
  }

  run<Result>(work: (stores: Stores) => Promise<Result>): Promise<Result> {
    const turn = this.last.then(() => this.attempt(work));
    this.last = turn.catch(() => undefined); // the next one's turn comes either way
    return turn;
  }

  once<MessageId extends string>(
    consumer: string,
    messageIds: readonly MessageId[],
    work: (stores: Stores, fresh: ReadonlySet<MessageId>) => Promise<void>,
  ): Promise<void> {
    return this.run(async (stores) => {
      const fresh = new Set(messageIds.filter((id) => !this.inbox.has(`${consumer}/${id}`)));
      for (const id of fresh) this.inbox.set(`${consumer}/${id}`, true);
      if (fresh.size > 0) await work(stores, fresh);
    });
  }

  private async attempt<Result>(work: (stores: Stores) => Promise<Result>): Promise<Result> {
    const said: Announcement[] = [];
    const tables = [...this.parts.tables, this.inbox, this.versions];
    try {
      const result = await work(this.parts.stores({ publish: (...more) => said.push(...more) }));
      const envelopes = said.map((announcement) => this.enveloped(announcement));
      this.parts.beforeCommit?.();
      for (const table of tables) table.commit();
      this.published.push(...envelopes);
      return result;
    } catch (error) {
      for (const table of tables) table.rollback();
      throw error;
    }
  }

  private enveloped({ type, version, aggregate, partitionKey, occurredAt, payload }: Announcement): Envelope {
    const aggregateVersion = (this.versions.get(aggregate) ?? 0) + 1;
    this.versions.set(aggregate, aggregateVersion);
    const id: Id<'evt'> = this.ids.next('evt');
    // Through JSON, as the real outbox: what cannot travel shows here already.
    const travelled: unknown = JSON.parse(JSON.stringify(payload));
    return {
      id,
      type,
      version,
      source: this.parts.schema,
      aggregate,
      aggregateVersion,
      partitionKey,
      occurredAt,
      payload: travelled,
    };
  }
}
