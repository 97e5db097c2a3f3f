import { AsyncLocalStorage } from 'node:async_hooks';
import type { Knex } from 'knex';
import type { Id, Ids } from '../../shared/ids.ts';
import type { Outbox } from '../../shared/outbox.ts';
import { type Transaction } from '../../shared/transaction.ts';
import { faultPoint } from '../fault.ts';
import { claimInProgress, withoutClaim } from '../http/claim.ts';
import type { Doorbell } from '../messaging/doorbell.ts';
import { inSpan, SpanKind } from '../telemetry/tracing.ts';
import { uuids } from './array-parameter.ts';
import { type Database, rowsOfOften } from './database.ts';
import { isRepeatable, translated } from './errors.ts';
import { inTransaction } from './in-transaction.ts';
import { PostgresOutbox } from './outbox.ts';

/** Work that lost a race is done again, with the state as it then is; three losses in a row are somebody's fault. */
const ATTEMPTS = 3;

const within = new AsyncLocalStorage<string>();

/** Answers those alone that were done before: mostly there are none. */
const enterInto = (schema: string): string => `
  with given as materialized (
    select event_id, position from unnest(:ids::uuid[]) with ordinality as given (event_id, position)
  ),
  entered as (
    insert into ${schema}.inbox (consumer, event_id)
    select :consumer, event_id from given order by event_id
    on conflict do nothing
    returning event_id
  )
  select position
  from given
  where (select count(*) from entered) < (select count(*) from given)
    and not exists (select from entered where entered.event_id = given.event_id)`;

/** What a module's transactions are made of, besides its stores. Found in the module's container. */
export abstract class TransactionParts {
  abstract readonly database: Database;
  abstract readonly ids: Ids;
  abstract readonly doorbell: Doorbell;
}

export class PostgresTransaction<Stores> implements Transaction<Stores> {
  constructor(
    private readonly parts: TransactionParts,
    private readonly storesOf: (trx: Knex, outbox: Outbox) => Stores,
  ) {}

  run<Result>(work: (stores: Stores) => Promise<Result>): Promise<Result> {
    return this.attempt((trx, outbox) => work(this.storesOf(trx, outbox)));
  }

  look<Result>(work: (stores: Stores) => Promise<Result>): Promise<Result> {
    return withoutClaim(() => this.run(work));
  }

  once<MessageId extends string>(
    consumer: string,
    messageIds: readonly MessageId[],
    work: (stores: Stores, fresh: ReadonlySet<MessageId>) => Promise<void>,
  ): Promise<void> {
    return this.attempt(async (trx, outbox) => {
      const fresh = await this.enter(trx, consumer, messageIds);
      if (fresh.size > 0) await work(this.storesOf(trx, outbox), fresh);
    });
  }

  /** Notes the messages as done, within the transaction, and answers which were not done before. */
  private async enter<MessageId extends string>(
    trx: Knex,
    consumer: string,
    messageIds: readonly MessageId[],
  ): Promise<ReadonlySet<MessageId>> {
    const distinct = [...new Set(messageIds)];
    const known = await rowsOfOften<{ position: bigint }>(trx, enterInto(this.parts.database.schema), {
      consumer,
      ids: uuids(distinct as readonly Id<string>[]),
    });
    const done = new Set(known.map(({ position }) => Number(position) - 1));
    return new Set(distinct.filter((_, nth) => !done.has(nth)));
  }

  private async attempt<Result>(work: (trx: Knex, outbox: Outbox) => Promise<Result>): Promise<Result> {
    const { schema } = this.parts.database;
    if (within.getStore() !== undefined) throw new Error(`a transaction within a transaction (${schema})`);
    const attributes = { 'db.system.name': 'postgresql', 'db.namespace': schema };
    return inSpan(`${schema} transaction`, { kind: SpanKind.CLIENT, attributes }, async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.commit(work);
        } catch (error) {
          if (attempt === ATTEMPTS || !isRepeatable(error)) throw translated(error);
        }
      }
    });
  }

  private async commit<Result>(work: (trx: Knex, outbox: Outbox) => Promise<Result>): Promise<Result> {
    const { database, ids, doorbell } = this.parts;
    const outbox = new PostgresOutbox(database.schema, ids);
    let said = 0;
    const result = await inTransaction(database.knex, async (trx) => {
      const value = await within.run(database.schema, () => work(trx, outbox));
      said = await outbox.flush(trx);
      await claimInProgress(database.schema)?.writeWithin(trx, value);
      faultPoint('before_commit');
      faultPoint(`before_commit@${database.schema}`);
      return value;
    });
    claimInProgress(database.schema)?.committed();
    faultPoint('after_commit');
    faultPoint(`after_commit@${database.schema}`);
    if (said > 0) doorbell.ring(database.schema);
    return result;
  }
}
