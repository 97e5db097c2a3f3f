/** An archive of a test's own: real logs and a real catalogue, a folder, and a wall clock that a test moves. */
import { OutboxReader } from '../../src/infrastructure/postgres/outbox-reader.ts';
import { ArchiveFolder } from '../../src/modules/pipeline/adapters/archive/archive-folder.ts';
import { ParquetFormat } from '../../src/modules/pipeline/adapters/archive/parquet-format.ts';
import { PostgresArchiveCatalogue } from '../../src/modules/pipeline/adapters/postgres/postgres-archive-catalogue.ts';
import { ArchiveDesk } from '../../src/modules/pipeline/application/archive-desk.ts';
import { ArchiveEvents, type ArchiveOptions } from '../../src/modules/pipeline/application/archive-events.ts';
import { ArchiveWriter } from '../../src/modules/pipeline/application/archive-writer.ts';
import { ReplayArchive } from '../../src/modules/pipeline/application/replay-archive.ts';
import type { ArchiveStore } from '../../src/modules/pipeline/ports/archive-store.ts';
import { instant } from '../../src/shared/instant.ts';
import type { TestDatabase } from './database.ts';
import { postgresTransaction } from './transaction.ts';

export const LOGS = ['orders', 'attribution', 'pipeline'] as const;
export type Log = (typeof LOGS)[number];

export const SMALL: ArchiveOptions = {
  rows: 40,
  payloadBytes: 1_000_000,
  allRows: 500,
  flushMs: 60_000,
  latenessMs: 1_000,
  held: 200,
  batch: 25,
};

export class OwnArchive {
  nowMs = Date.parse('2026-11-21T12:00:00Z');
  readonly store: ArchiveStore;
  readonly catalogue: PostgresArchiveCatalogue;
  readonly desk: ArchiveDesk;
  readonly replay: ReplayArchive;
  private readonly writer: ArchiveWriter;
  private readonly logs: { readonly all: readonly OutboxReader[] };

  constructor(
    readonly database: Pick<TestDatabase, 'as'>,
    readonly folder: string,
  ) {
    const wallClock = { nowMs: () => this.nowMs };
    const format = new ParquetFormat();
    this.store = new ArchiveFolder(folder);
    this.logs = { all: LOGS.map((module) => new OutboxReader(database.as(module))) };
    this.catalogue = new PostgresArchiveCatalogue(database.as('pipeline').knex);
    this.writer = new ArchiveWriter(this.catalogue, this.store, format, wallClock);
    this.desk = new ArchiveDesk(this.catalogue, this.store, format, this.writer, this.logs, wallClock);
    this.replay = new ReplayArchive(this.catalogue, this.store, format);
  }

  /** As a process that has just started. */
  archiver(options: Partial<ArchiveOptions> = {}): ArchiveEvents {
    const wallClock = { nowMs: () => this.nowMs };
    return new ArchiveEvents(this.logs, this.catalogue, this.writer, wallClock, { ...SMALL, ...options });
  }

  /** Steps until all logs are read and nothing is due. */
  async catchUp(archiver: ArchiveEvents): Promise<void> {
    for (let calm = 0; calm < 2; calm += 1) while (await archiver.step()) calm = 0;
  }

  /** Time goes by without a word: everything comes out, and is old enough for its file. */
  async finish(archiver: ArchiveEvents): Promise<void> {
    await this.catchUp(archiver);
    this.nowMs += 1_000_000;
    await this.catchUp(archiver);
    this.nowMs += 1_000_000;
    await this.catchUp(archiver);
  }

  async cursors(): Promise<readonly bigint[]> {
    return Promise.all(this.logs.all.map((log) => log.cursorOf('archive')));
  }
}

export interface Said {
  readonly log: Log;
  readonly type: string;
  readonly at: string;
  readonly payload: object;
}

/** Each in the log it names, in order; those of one log in transactions of fifty. */
export const say = async (database: Pick<TestDatabase, 'as'>, all: readonly Said[]): Promise<void> => {
  for (const log of LOGS) {
    const own = all.filter((said) => said.log === log);
    const transaction = postgresTransaction(database.as(log), (_, outbox) => ({ outbox }));
    for (let start = 0; start < own.length; start += 50)
      await transaction.run(({ outbox }) => {
        for (const [n, { type, at, payload }] of own.slice(start, start + 50).entries()) {
          const aggregate = `${type} ${(start + n) % 7}`;
          outbox.publish({ type, version: 1, aggregate, partitionKey: aggregate, occurredAt: instant(at), payload });
        }
        return Promise.resolve();
      });
  }
};
