/** The words of the archive: what a row is, which file it belongs to, and what is known of a file. */
import type { Envelope } from '../../../shared/events.ts';
import type { Id } from '../../../shared/ids.ts';
import { epochMs, type Instant, instantAt } from '../../../shared/instant.ts';
import { EventReceivedV1 } from '../events.ts';
import { archived } from './archive-payload.ts';
import type { Timed } from './event-time-sorter.ts';

/** One event, as its file holds it. */
export interface ArchivedRow extends Timed {
  readonly id: Id<'evt'>;
  /** The envelope's type. */
  readonly eventType: string;
  readonly version: number;
  readonly source: string;
  readonly aggregate: string;
  readonly aggregateVersion: number;
  readonly partitionKey: string;
  readonly late: boolean;
  /** JSON */
  readonly payload: string;
}

/** What a partition of the archive holds: one type of one log, of one hour in UTC. */
export interface ArchiveKey {
  readonly source: string;
  /** The type a consumer of the archive looks for. */
  readonly type: string;
  /** `2026-11-21` */
  readonly date: string;
  readonly hour: number;
}

/** A key that many rows share. */
export interface SharedKey extends ArchiveKey {
  readonly name: string;
}

/** An event that was read from a log, and where it goes. */
export interface LogRow extends ArchivedRow {
  readonly key: SharedKey;
  /** That of the key. */
  readonly type: string;
  readonly position: bigint;
  /** Empty when it names none. */
  readonly programId: string;
}

export interface ArchiveFile extends ArchiveKey {
  readonly path: string;
  /** 1, 2, 3 … of its key. */
  readonly number: number;
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 of its bytes, in hex. */
  readonly sha256: string;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** Files of the key up to this one hold everything of it that the log has up to here … */
  readonly through: bigint;
  /** … and that happened before. */
  readonly before: Instant;
}

const HOUR_MS = 3_600_000;
const KEYS = 10_000;
const TYPE = /^[a-z][a-z0-9_.-]{0,99}$/;

/** For an event of a registered type that type; a name no path can hold stays inside. */
export const archivedType = ({ type, payload }: Pick<Envelope, 'type' | 'payload'>): string => {
  if (type !== EventReceivedV1.type) return type;
  const registered = (payload as Partial<EventReceivedV1> | null)?.eventType;
  return typeof registered === 'string' && TYPE.test(registered) ? registered : type;
};

/** Gives rows of one file one key: there are many rows, and few files at a time. */
export class KeyRing {
  private readonly keys = new Map<string, SharedKey>();

  of(source: string, type: string, occurredAt: Instant): SharedKey {
    const name = `${source} ${type} ${occurredAt.slice(0, 13)}`;
    const known = this.keys.get(name);
    if (known !== undefined) return known;
    if (this.keys.size >= KEYS) this.keys.clear();
    const key = { source, type, date: occurredAt.slice(0, 10), hour: Number(occurredAt.slice(11, 13)), name };
    this.keys.set(name, key);
    return key;
  }
}

export const logRow = (event: Envelope, position: bigint, keys: KeyRing): LogRow => {
  const { occurredAt, payload, source } = event;
  const programId = (payload as { readonly programId?: unknown } | null)?.programId;
  const type = archivedType(event);
  return {
    at: epochMs(occurredAt),
    source,
    id: event.id,
    key: keys.of(source, type, occurredAt),
    type,
    position,
    programId: typeof programId === 'string' ? programId : '',
    eventType: event.type,
    version: event.version,
    aggregate: event.aggregate,
    aggregateVersion: event.aggregateVersion,
    partitionKey: event.partitionKey,
    late: false,
    payload: archived(event.type, payload),
  };
};

/** The event as it was told, but for what the archive leaves out. */
export const envelopeOf = (row: ArchivedRow): Envelope => ({
  id: row.id,
  type: row.eventType,
  version: row.version,
  source: row.source,
  aggregate: row.aggregate,
  aggregateVersion: row.aggregateVersion,
  partitionKey: row.partitionKey,
  occurredAt: instantAt(row.at),
  payload: JSON.parse(row.payload) as unknown,
});

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** As `SharedKey` has it. */
export const nameOfKey = ({ source, type, date, hour }: ArchiveKey): string =>
  `${source} ${type} ${date}T${twoDigits(hour)}`;

const startOf = ({ date, hour }: ArchiveKey): number => Date.parse(`${date}T${twoDigits(hour)}:00:00Z`);
export const endOf = (key: ArchiveKey): number => startOf(key) + HOUR_MS;

/**
 * Named after its content: whoever writes another content writes another file, and one that nobody vouches for is in
 * nobody's way.
 */
export const pathOf = (key: ArchiveKey, number: number, sha256: string): string =>
  `type=${key.type}/date=${key.date}/hour=${twoDigits(key.hour)}/` +
  `${key.source}-${String(number).padStart(5, '0')}-${sha256.slice(0, 16)}.parquet`;

export const partPath = (number: number): string => `_manifest/${String(number).padStart(8, '0')}.json`;
