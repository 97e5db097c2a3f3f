import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { DeliveryState } from '../../domain/delivery.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { DeliveryId, EndpointId } from '../../index.ts';
import type {
  DeliveryFilter,
  FedEvent,
  ListedAttempt,
  ListedDelivery,
  Totals,
  WebhookReader,
} from '../../ports/webhook-reader.ts';
import { ENDPOINT_COLUMNS, type EndpointRow, toEndpoint } from './endpoint-rows.ts';

interface DeliveryRow {
  readonly id: string;
  readonly endpoint_id: string;
  readonly partner_id: string | null;
  readonly sequence: bigint;
  readonly event_id: string;
  readonly type: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly created_at: Instant;
  readonly ended_at: Instant | null;
}

interface AttemptRow {
  readonly number: number;
  readonly at: Instant;
  readonly duration_ms: number;
  readonly status: number | null;
  readonly detail: string | null;
  readonly body_hash: string | null;
  readonly body_head: string | null;
}

const DELIVERIES = `
  select delivery.id, endpoint_id, partner_id, sequence, event_id, type, delivery.state, attempts,
    delivery.created_at, ended_at
  from webhooks.deliveries as delivery
  join webhooks.messages using (event_id)
  join webhooks.endpoints as endpoint on endpoint.id = endpoint_id`;

export class PostgresWebhookReader implements WebhookReader {
  constructor(private readonly db: Knex) {}

  async endpoint(endpointId: EndpointId): Promise<Endpoint | undefined> {
    const [row] = await rowsOf<EndpointRow>(
      this.db,
      `select ${ENDPOINT_COLUMNS} from webhooks.endpoints where id = :id`,
      { id: toUuid(endpointId) },
    );
    return row === undefined ? undefined : toEndpoint(row);
  }

  async endpoints(
    request: PageRequest,
    partnerId: Id<'par'> | undefined,
    kind: 'webhook' | 'postback',
  ): Promise<Page<Endpoint>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<EndpointRow>(
      this.db,
      `select ${ENDPOINT_COLUMNS}
       from webhooks.endpoints
       where (:partnerId::uuid is null or partner_id = :partnerId) and (:after::uuid is null or id > :after)
         and postback is ${kind === 'postback' ? 'not null' : 'null'}
       order by id
       limit :limit`,
      {
        limit: request.limit + 1,
        partnerId: partnerId === undefined ? null : toUuid(partnerId),
        after: after === undefined ? null : toUuid(parseId('whe', after)),
      },
    );
    return pageOf(rows.map(toEndpoint), request, ({ endpointId }) => [endpointId]);
  }

  async deliveries(
    request: PageRequest,
    { partnerId, endpointId, state }: DeliveryFilter,
  ): Promise<Page<ListedDelivery>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<DeliveryRow>(
      this.db,
      `${DELIVERIES}
       where true
         ${partnerId === undefined ? '' : 'and partner_id = :partnerId'}
         ${endpointId === undefined ? '' : 'and endpoint_id = :endpointId'}
         ${state === undefined ? '' : 'and delivery.state = :state'}
         ${after === undefined ? '' : 'and delivery.id < :after'}
       order by delivery.id desc
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(partnerId && { partnerId: toUuid(partnerId) }),
        ...(endpointId && { endpointId: toUuid(endpointId) }),
        ...(state && { state }),
        ...(after !== undefined && { after: toUuid(parseId('whd', after)) }),
      },
    );
    return pageOf(rows.map(toListed), request, ({ deliveryId }) => [deliveryId]);
  }

  async delivery(deliveryId: DeliveryId): Promise<ListedDelivery | undefined> {
    const [row] = await rowsOf<DeliveryRow>(this.db, `${DELIVERIES} where delivery.id = :id`, {
      id: toUuid(deliveryId),
    });
    return row === undefined ? undefined : toListed(row);
  }

  async attempts(deliveryId: DeliveryId): Promise<readonly ListedAttempt[]> {
    const rows = await rowsOf<AttemptRow>(
      this.db,
      `select number, at, duration_ms, status, detail, body_hash, body_head
       from webhooks.attempts where delivery_id = :id order by number`,
      { id: toUuid(deliveryId) },
    );
    return rows.map((row) => ({
      number: row.number,
      at: row.at,
      durationMs: row.duration_ms,
      status: row.status ?? undefined,
      bodyHash: row.body_hash ?? undefined,
      bodyHead: row.body_head ?? undefined,
      detail: row.detail ?? undefined,
    }));
  }

  async totals({ partnerId, programId }: Parameters<WebhookReader['totals']>[0]): Promise<Totals> {
    const rows = await rowsOf<{ state: DeliveryState; count: bigint }>(
      this.db,
      `select delivery.state, count(*) as count
       from webhooks.deliveries as delivery
       ${programId === undefined ? '' : 'join webhooks.messages as message using (event_id)'}
       ${partnerId === undefined ? '' : 'join webhooks.endpoints as endpoint on endpoint.id = endpoint_id'}
       where true
         ${programId === undefined ? '' : 'and message.program_id = :programId'}
         ${partnerId === undefined ? '' : 'and endpoint.partner_id = :partnerId'}
       group by delivery.state`,
      {
        ...(programId && { programId: toUuid(programId) }),
        ...(partnerId && { partnerId: toUuid(partnerId) }),
      },
    );
    const counts = new Map(rows.map(({ state, count }) => [state, Number(count)]));
    return {
      pending: counts.get('pending') ?? 0,
      delivered: counts.get('delivered') ?? 0,
      failed: counts.get('failed') ?? 0,
    };
  }

  async feed(endpointId: EndpointId, after: number, limit: number): Promise<readonly FedEvent[]> {
    const rows = await rowsOf<{ sequence: bigint; event_id: string; body: string }>(
      this.db,
      `select sequence, event_id, body
       from webhooks.deliveries
       join webhooks.messages using (event_id)
       where endpoint_id = :endpointId and sequence > :after
       order by sequence
       limit :limit`,
      { endpointId: toUuid(endpointId), after, limit },
    );
    return rows.map(({ sequence, event_id, body }) => ({
      sequence: Number(sequence),
      eventId: fromUuid('evt', event_id),
      body,
    }));
  }

  withGaps(limit: number): Promise<readonly EndpointId[]> {
    return this.endpointIds(
      `select id
       from webhooks.endpoints
       join (
         select endpoint_id as id, count(*) as count, min(sequence) as first, max(sequence) as last
         from webhooks.deliveries group by endpoint_id
       ) as kept using (id)
       where count <> last - first + 1 or last <> last_sequence
       order by id
       limit :limit`,
      limit,
    );
  }

  stranded(limit: number): Promise<readonly EndpointId[]> {
    return this.endpointIds(
      `select id
       from webhooks.endpoints as endpoint
       where state <> 'disabled' and due_at is null
         and exists (select from webhooks.deliveries where endpoint_id = endpoint.id and state = 'pending')
       order by id
       limit :limit`,
      limit,
    );
  }

  private async endpointIds(sql: string, limit: number): Promise<readonly EndpointId[]> {
    const rows = await rowsOf<{ id: string }>(this.db, sql, { limit });
    return rows.map(({ id }) => fromUuid('whe', id));
  }
}

const toListed = (row: DeliveryRow): ListedDelivery => ({
  deliveryId: fromUuid('whd', row.id),
  endpointId: fromUuid('whe', row.endpoint_id),
  partnerId: row.partner_id === null ? undefined : fromUuid('par', row.partner_id),
  sequence: Number(row.sequence),
  eventId: fromUuid('evt', row.event_id),
  eventType: row.type,
  state: row.state,
  attempts: row.attempts,
  createdAt: row.created_at,
  endedAt: row.ended_at ?? undefined,
});
