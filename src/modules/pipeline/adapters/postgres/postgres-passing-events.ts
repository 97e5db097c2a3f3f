import { faultPoint } from '../../../../infrastructure/fault.ts';
import { copyAll } from '../../../../infrastructure/postgres/copy.ts';
import { isRepeatable, isUniqueViolation, translated } from '../../../../infrastructure/postgres/errors.ts';
import { aloneCopy } from '../../../../infrastructure/postgres/outbox.ts';
import type { TransactionParts } from '../../../../infrastructure/postgres/transaction.ts';
import { inSpan, SpanKind, traceparentNow } from '../../../../infrastructure/telemetry/tracing.ts';
import { type PassingEvent, PassingEvents } from '../../ports/passing-events.ts';
import { type Hope, type Note, SeenAlready } from '../../ports/seen-events.ts';
import { digestsOf } from './postgres-seen-events.ts';
import { copyOfSeen, SeenBatch } from './seen-batch.ts';

const NONE: ReadonlyMap<string, string> = new Map();

/** The keys and what is told of them are copied in by one query, which is a transaction of its own. */
export class PostgresPassingEvents extends PassingEvents {
  constructor(private readonly parts: TransactionParts) {
    super();
  }

  take(events: readonly PassingEvent[], hope: Exclude<Hope, 'none'>): Promise<readonly Note[]> {
    const attributes = { 'db.system.name': 'postgresql', 'db.namespace': this.parts.database.schema };
    return inSpan('pipeline events taken', { kind: SpanKind.CLIENT, attributes }, async () => {
      try {
        return await this.taken(events, hope);
      } catch (cause) {
        throw isUniqueViolation(cause) || isRepeatable(cause)
          ? new SeenAlready('an event was seen before, or is just now', { cause })
          : translated(cause);
      }
    });
  }

  private async taken(events: readonly PassingEvent[], hope: Exclude<Hope, 'none'>): Promise<readonly Note[]> {
    const { database, ids, doorbell } = this.parts;
    const batch = new SeenBatch(events.map(({ key }) => key));
    const known = hope === 'undisturbed' ? await digestsOf(database.knex, batch.distinct) : NONE;
    const notes = batch.notes(known);
    const fresh = batch.distinct.filter(({ name }) => !known.has(name));
    if (fresh.length === 0) return notes;
    const told = events.flatMap(({ announcement }, nth) => (notes[nth] === 'new' ? [announcement] : []));
    await copyAll(database.knex, [copyOfSeen(fresh), aloneCopy(database.schema, ids, told, traceparentNow() ?? null)]);
    faultPoint('after_commit');
    doorbell.ring(database.schema);
    return notes;
  }
}
