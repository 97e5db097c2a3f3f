import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { grouped } from '../../../../shared/grouped.ts';
import { fromUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Due } from '../../domain/delivery.ts';
import type { EndpointState } from '../../domain/endpoint.ts';
import type { PostbackMethod, PostbackValues } from '../../domain/postback.ts';
import { runLength } from '../../domain/settle-run.ts';
import type { Appetite, DeliveryQueue, Run } from '../../ports/delivery-queue.ts';
import { type SecretsRow, toSecrets } from './endpoint-rows.ts';

interface TakenRow extends SecretsRow {
  readonly id: string;
  readonly url: string;
  readonly postback: PostbackMethod | null;
  readonly state: EndpointState;
}

interface DueRow {
  readonly endpoint_id: string;
  readonly id: string;
  readonly event_id: string;
  readonly sequence: bigint;
  readonly body: string;
  readonly postback_values: PostbackValues | null;
  readonly attempts: number;
  readonly tries: number;
  readonly first_tried_at: Instant | null;
}

/** Events of one endpoint sent in one run. */
const LONGEST_RUN = 50;
const FORGOTTEN_AT_ONCE = 5_000;

export class PostgresDeliveryQueue implements DeliveryQueue {
  constructor(private readonly db: Knex) {}

  async take({ sound, troubled, now, until, lease }: Appetite): Promise<readonly Run[]> {
    const taken = await rowsOf<TakenRow>(
      this.db,
      `with sound as (${due(`state = 'enabled'`, ':sound')}), troubled as (${due(`state <> 'enabled'`, ':troubled')})
       update webhooks.endpoints as endpoint
       set lease = :lease, leased_until = :until
       from (select id from sound union all select id from troubled) as due
       where endpoint.id = due.id
       returning endpoint.id, url, postback, state, secret, old_secret, old_secret_until`,
      { sound, troubled, now, until, lease },
    );
    if (taken.length === 0) return [];
    const byEndpoint = grouped(await this.waiting(taken), ({ endpoint_id }) => endpoint_id);
    return taken.map((row) => ({
      endpointId: fromUuid('whe', row.id),
      lease,
      leasedUntil: until,
      url: row.url,
      ...(row.postback !== null && { postback: row.postback }),
      state: row.state,
      secrets: toSecrets(row),
      dues: (byEndpoint.get(row.id) ?? []).map(toDue),
    }));
  }

  async isDue(now: Instant): Promise<boolean> {
    const rows = await rowsOf(this.db, `select 1 from webhooks.endpoints where due_at <= :now limit 1`, { now });
    return rows.length > 0;
  }

  async forget(before: Instant): Promise<number> {
    const rows = await rowsOf(
      this.db,
      `delete from webhooks.messages
       where event_id = any(array(
         select event_id from webhooks.messages where created_at < :before order by created_at limit :limit
       ))
       returning 1`,
      { before, limit: FORGOTTEN_AT_ONCE },
    );
    return rows.length;
  }

  private waiting(taken: readonly TakenRow[]): Promise<DueRow[]> {
    return rowsOf<DueRow>(
      this.db,
      `select next.*, message.body, message.postback_values
       from unnest(:ids::uuid[], :lengths::int[]) as wanted (id, length)
       cross join lateral (
         select endpoint_id, id, event_id, sequence, attempts, tries, first_tried_at
         from webhooks.deliveries
         where endpoint_id = wanted.id and state = 'pending'
         order by sequence
         limit wanted.length
       ) as next
       join webhooks.messages as message using (event_id)
       order by next.endpoint_id, next.sequence`,
      { ids: taken.map(({ id }) => id), lengths: taken.map(({ state }) => runLength(state, LONGEST_RUN)) },
    );
  }
}

/** Those that are due and in nobody's hand; whoever is taking some at this moment is left his. */
const due = (which: string, limit: string): string => `
  select id from webhooks.endpoints
  where due_at <= :now and (leased_until is null or leased_until <= :now) and ${which}
  order by due_at
  limit ${limit}
  for update skip locked`;

const toDue = (row: DueRow): Due => ({
  deliveryId: fromUuid('whd', row.id),
  eventId: fromUuid('evt', row.event_id),
  sequence: Number(row.sequence),
  body: row.body,
  ...(row.postback_values !== null && { values: row.postback_values }),
  attempts: row.attempts,
  tries: row.tries,
  firstTriedAt: row.first_tried_at ?? undefined,
});
