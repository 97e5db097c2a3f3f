import type { Knex } from 'knex';
import { ahead } from '../../shared/ahead.ts';
import { toUuid, type Ids } from '../../shared/ids.ts';
import { jsonOf, JsonText } from '../../shared/json-text.ts';
import { inPieces } from '../../shared/in-pieces.ts';
import { type Outbox, type Announcement } from '../../shared/outbox.ts';
import { traceparentNow } from '../telemetry/tracing.ts';
import { bigints, texts } from './array-parameter.ts';
import { type Copy, copyAll, CopyRows, escaped, NULL } from './copy.ts';
import { rowsOf, rowsOfOften } from './database.ts';

/**
 * Collects what a transaction says and writes it in one statement just before the commit: the outbox's table lock is
 * then held so briefly that the relay hardly ever waits for it.
 *
 * Order is structural. The heads row of an aggregate is locked before an outbox id is drawn, and stays locked until
 * the commit; so of two transactions that speak of one aggregate, the later one's ids are higher. Heads are locked in
 * sorted order, so two transactions cannot wait for each other.
 *
 * What stands alone about its aggregate needs none of that, and is copied in: a third of the cost of a row, and no head
 * that nobody would ever look at. So is much at a time, once its heads are locked: another way to the server and back,
 * which few rows would not make up for.
 */
export class PostgresOutbox implements Outbox {
  private readonly said: Announcement[] = [];

  constructor(
    private readonly schema: string,
    private readonly ids: Ids,
  ) {}

  publish(...announcements: readonly Announcement[]): void {
    this.said.push(...(announcements.length > MANY ? announcements.map(asText) : announcements));
  }

  /** Returns how many were written. */
  async flush(trx: Knex): Promise<number> {
    const alone = this.said.filter((announcement) => announcement.alone);
    const ordered = alone.length === 0 ? this.said : this.said.filter((announcement) => !announcement.alone);
    const traceparent = traceparentNow() ?? null;
    if (ordered.length > MANY) await this.copy(trx, ordered, traceparent);
    else if (ordered.length > 0) await this.insert(trx, ordered, traceparent);
    if (alone.length > 0) await copyAlone(trx, this.schema, this.ids, alone, traceparent);
    return this.said.length;
  }

  private async insert(trx: Knex, said: readonly Announcement[], traceparent: string | null): Promise<void> {
    const { heads, nths } = counted(said);
    await rowsOfOften(trx, insertInto(this.schema), {
      headAggregates: [...heads.keys()],
      headCounts: [...heads.values()],
      eventIds: said.map(() => toUuid(this.ids.next('evt'))),
      types: said.map(({ type }) => type),
      versions: said.map(({ version }) => version),
      aggregates: said.map(({ aggregate }) => aggregate),
      nths,
      partitionKeys: said.map(({ partitionKey }) => partitionKey),
      occurred: said.map(({ occurredAt }) => occurredAt),
      traceparent,
      payloads: said.map(({ payload }) => jsonOf(payload)),
    });
  }

  private async copy(trx: Knex, said: readonly Announcement[], traceparent: string | null): Promise<void> {
    const { heads, nths } = counted(said);
    const locked = await rowsOf<HeadRow>(trx, lockHeads(this.schema), {
      headAggregates: texts([...heads.keys()]),
      headCounts: bigints([...heads.values()].map(BigInt)),
    });
    const before = new Map(
      locked.map(({ aggregate, version }) => [aggregate, Number(version) - (heads.get(aggregate) ?? 0)]),
    );
    const versioned = said.map((announcement, index) => ({
      announcement,
      aggregateVersion: (before.get(announcement.aggregate) ?? 0) + (nths[index] ?? 0),
    }));
    await ahead(async (lane) => {
      const copy = lane(2);
      for (const piece of inPieces(versioned, MOST_COPIED))
        await copy(() => copyAll(trx, [copyOf(this.schema, this.ids, piece, traceparent)]));
    });
  }
}

/** More than so many at a time are copied, and wait as text, outside the heap. */
const MANY = 500;
/** Beside what they are made of, so many are in memory as they are written. */
const MOST_COPIED = 2_000;

const asText = (announcement: Announcement): Announcement => ({
  ...announcement,
  payload: new JsonText(jsonOf(announcement.payload)),
});

interface HeadRow {
  readonly aggregate: string;
  readonly version: bigint;
}

/** How many there are of each aggregate, and which of them each is. */
const counted = (
  said: readonly Announcement[],
): { readonly heads: ReadonlyMap<string, number>; readonly nths: readonly number[] } => {
  const heads = new Map<string, number>();
  const nths = said.map(({ aggregate }) => {
    const nth = (heads.get(aggregate) ?? 0) + 1;
    heads.set(aggregate, nth);
    return nth;
  });
  return { heads, nths };
};

interface Versioned {
  readonly announcement: Announcement;
  readonly aggregateVersion: number;
}

/**
 * Copies facts that stand alone into the outbox, all or none; outside a transaction it is one of its own. Of text that
 * needs care there is only what a caller may have chosen: the name and the payload.
 */
export const copyAlone = (
  db: Knex,
  schema: string,
  ids: Ids,
  said: readonly Announcement[],
  traceparent: string | null = null,
): Promise<void> => copyAll(db, [aloneCopy(schema, ids, said, traceparent)]);

/** The same, for whoever copies more besides. */
export const aloneCopy = (schema: string, ids: Ids, said: readonly Announcement[], traceparent: string | null): Copy =>
  copyOf(
    schema,
    ids,
    said.map((announcement) => ({ announcement, aggregateVersion: ONLY })),
    traceparent,
  );

const copyOf = (schema: string, ids: Ids, said: readonly Versioned[], traceparent: string | null): Copy => {
  const rows = new CopyRows(said.length * LIKELY_ROW_BYTES);
  const trace = traceparent ?? NULL;
  for (const { announcement, aggregateVersion } of said) {
    const { type, version, aggregate, partitionKey, occurredAt, payload } = announcement;
    const name = escaped(aggregate);
    const key = partitionKey === aggregate ? name : escaped(partitionKey);
    rows.uuid(ids.next('evt'));
    rows.text(`${type}\t${version}\t${name}\t${aggregateVersion}\t${key}\t${occurredAt}\t${trace}\t`);
    rows.json(payload);
    rows.text('\n');
  }
  return { statement: copyTo(schema), rows: rows.written() };
};

/** A guess; there will be room for more. */
const LIKELY_ROW_BYTES = 1_500;

/** The version of what stands alone. */
const ONLY = 1;

const copyTo = (schema: string): string =>
  `copy ${schema}.outbox
     (event_id, type, version, aggregate, aggregate_version, partition_key, occurred_at, traceparent, payload)
   from stdin`;

const lockHeads = (schema: string): string => `
    insert into ${schema}.outbox_heads as head (aggregate, version)
    select aggregate, count
    from unnest(:headAggregates::text[], :headCounts::bigint[]) as said (aggregate, count)
    order by aggregate
    on conflict (aggregate) do update set version = head.version + excluded.version
    returning aggregate, version`;

const insertInto = (schema: string): string => `
  with heads as (${lockHeads(schema)})
  insert into ${schema}.outbox
    (event_id, type, version, aggregate, aggregate_version, partition_key, occurred_at, traceparent, payload)
  select
    said.event_id, said.type, said.version, said.aggregate,
    heads.version - own.count + said.nth,
    said.partition_key, said.occurred_at, :traceparent::text, said.payload
  from unnest(
    :eventIds::uuid[], :types::text[], :versions::smallint[], :aggregates::text[], :nths::bigint[],
    :partitionKeys::text[], :occurred::timestamptz[], :payloads::jsonb[]
  ) with ordinality
    as said (event_id, type, version, aggregate, nth, partition_key, occurred_at, payload, position)
  join heads using (aggregate)
  join unnest(:headAggregates::text[], :headCounts::bigint[]) as own (aggregate, count) using (aggregate)
  order by said.position`;
