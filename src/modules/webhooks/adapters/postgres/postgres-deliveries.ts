import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { deliveryNotFound } from '../../application/change-endpoint.ts';
import type { AttemptedDelivery, Outcome } from '../../domain/delivery.ts';
import type { Addressed, Message } from '../../domain/fan-out.ts';
import type { DeliveryId, EndpointId } from '../../index.ts';
import type { Deliveries } from '../../ports/webhooks.ts';

export class PostgresDeliveries implements Deliveries {
  constructor(private readonly db: Knex) {}

  async add(
    messages: readonly Message[],
    deliveries: readonly (Addressed & { readonly deliveryId: DeliveryId })[],
    at: Instant,
  ): Promise<void> {
    const values = {
      eventIds: messages.map(({ eventId }) => toUuid(eventId)),
      types: messages.map(({ type }) => type),
      programIds: messages.map(({ programId }) => (programId === undefined ? null : toUuid(programId))),
      bodies: messages.map(({ body }) => body),
      values: messages.map(({ values }) => (values === undefined ? null : JSON.stringify(values))),
      deliveryIds: deliveries.map(({ deliveryId }) => toUuid(deliveryId)),
      endpointIds: deliveries.map(({ endpointId }) => toUuid(endpointId)),
      sequences: deliveries.map(({ sequence }) => sequence),
      deliveredEventIds: deliveries.map(({ eventId }) => toUuid(eventId)),
      at,
    };
    await rowsOf(
      this.db,
      `with told as (
         insert into webhooks.messages (event_id, type, program_id, body, postback_values, created_at)
         select event_id, type, program_id, body, postback_values, :at::timestamptz
         from unnest(:eventIds::uuid[], :types::text[], :programIds::uuid[], :bodies::text[], :values::jsonb[])
           as message (event_id, type, program_id, body, postback_values)
       ),
       line as (
         select * from unnest(:endpointIds::uuid[], :sequences::bigint[], :deliveryIds::uuid[], :deliveredEventIds::uuid[])
           as delivery (endpoint_id, sequence, id, event_id)
       ),
       numbered as (
         update webhooks.endpoints as endpoint
         set last_sequence = newest.sequence,
           due_at = case when endpoint.state <> 'disabled' then coalesce(endpoint.due_at, :at::timestamptz) end
         from (select endpoint_id, max(sequence) as sequence from line group by endpoint_id) as newest
         where endpoint.id = newest.endpoint_id
       )
       insert into webhooks.deliveries (endpoint_id, sequence, id, event_id, created_at)
       select endpoint_id, sequence, id, event_id, :at::timestamptz from line`,
      values,
    );
  }

  async record(attempted: readonly AttemptedDelivery[]): Promise<void> {
    if (attempted.length === 0) return;
    await rowsOf(
      this.db,
      `with attempted as (
         select * from unnest(
           :endpointIds::uuid[], :sequences::bigint[], :deliveryIds::uuid[], :states::text[], :attempts::int[],
           :tries::int[], :firstTried::timestamptz[], :ats::timestamptz[], :durations::int[], :statuses::int[],
           :details::text[], :hashes::text[], :heads::text[]
         ) as attempt (
           endpoint_id, sequence, delivery_id, state, attempts, tries, first_tried_at, at, duration_ms, status,
           detail, body_hash, body_head
         )
       ),
       logged as (
         insert into webhooks.attempts (delivery_id, number, at, duration_ms, status, detail, body_hash, body_head)
         select delivery_id, attempts, at, duration_ms, status, detail, body_hash, body_head from attempted
       )
       update webhooks.deliveries as delivery
       set state = attempted.state, attempts = attempted.attempts, tries = attempted.tries,
         first_tried_at = attempted.first_tried_at,
         ended_at = case when attempted.state <> 'pending' then attempted.at end
       from attempted
       where delivery.endpoint_id = attempted.endpoint_id and delivery.sequence = attempted.sequence`,
      {
        endpointIds: attempted.map(({ endpointId }) => toUuid(endpointId)),
        sequences: attempted.map(({ sequence }) => sequence),
        deliveryIds: attempted.map(({ deliveryId }) => toUuid(deliveryId)),
        states: attempted.map(({ state }) => state),
        attempts: attempted.map(({ attempts }) => attempts),
        tries: attempted.map(({ tries }) => tries),
        firstTried: attempted.map(({ firstTriedAt }) => firstTriedAt),
        ats: attempted.map(({ at }) => at),
        durations: attempted.map(({ durationMs }) => durationMs),
        ...outcomeValues(attempted.map(({ outcome }) => outcome)),
      },
    );
  }

  async endpointOf(deliveryId: DeliveryId): Promise<EndpointId> {
    const [row] = await rowsOf<{ endpoint_id: string }>(
      this.db,
      `select endpoint_id from webhooks.deliveries where id = :id`,
      { id: toUuid(deliveryId) },
    );
    if (row === undefined) throw deliveryNotFound(deliveryId);
    return fromUuid('whe', row.endpoint_id);
  }

  async repeat(deliveryId: DeliveryId): Promise<void> {
    await rowsOf(
      this.db,
      `update webhooks.deliveries
       set state = 'pending', tries = 0, first_tried_at = null, ended_at = null
       where id = :id and state <> 'pending'`,
      { id: toUuid(deliveryId) },
    );
  }
}

const outcomeValues = (outcomes: readonly Outcome[]) => ({
  statuses: outcomes.map((outcome) => (outcome.kind === 'answered' ? outcome.status : null)),
  details: outcomes.map((outcome) => (outcome.kind === 'answered' ? null : outcome.detail)),
  hashes: outcomes.map((outcome) => (outcome.kind === 'answered' ? outcome.bodyHash : null)),
  heads: outcomes.map((outcome) => (outcome.kind === 'answered' ? outcome.bodyHead : null)),
});
