import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { endpointNotFound } from '../../application/change-endpoint.ts';
import type { Endpoint, Health } from '../../domain/endpoint.ts';
import type { PostbackMethod } from '../../domain/postback.ts';
import type { Subscriber } from '../../domain/fan-out.ts';
import type { EndpointId } from '../../index.ts';
import type { Added, EndpointChange, Endpoints, Held, Leased, NewEndpoint, Release } from '../../ports/webhooks.ts';
import {
  ENDPOINT_COLUMNS,
  type EndpointRow,
  HEALTH_COLUMNS,
  type HealthRow,
  toEndpoint,
  toHealth,
} from './endpoint-rows.ts';

interface AddedRow {
  readonly id: string;
  readonly position: bigint;
}

interface SubscriberRow {
  readonly id: string;
  readonly partner_id: string | null;
  readonly program_id: string | null;
  readonly event_types: readonly string[];
  readonly postback: PostbackMethod | null;
  readonly last_sequence: bigint;
}

/**
 * Rows are locked in the order of their ids, and always by a statement of their own: the next one then sees what those
 * we waited for have done to deliveries, and no delivery is left behind with nobody due to send it.
 */
export class PostgresEndpoints implements Endpoints {
  constructor(private readonly db: Knex) {}

  async add(endpoints: readonly NewEndpoint[], at: Instant): Promise<readonly Added[]> {
    if (endpoints.length === 0) return [];
    const owners = ownersOf(endpoints);
    await rowsOf(
      this.db,
      `insert into webhooks.endpoints
         (id, partner_id, program_id, url, description, event_types, secret, state, postback, created_at)
       select id, partner_id, program_id, url, description, array(select jsonb_array_elements_text(event_types)), secret, state, postback, :at
       from unnest(
         :ids::uuid[], :partnerIds::uuid[], :programIds::uuid[], :urls::text[], :descriptions::text[],
         :eventTypes::jsonb[], :secrets::text[], :states::text[], :postbacks::text[]
       ) as wanted (id, partner_id, program_id, url, description, event_types, secret, state, postback)
       order by partner_id, program_id, url
       on conflict (partner_id, program_id, url) do nothing`,
      {
        ...owners,
        ids: endpoints.map(({ endpointId }) => toUuid(endpointId)),
        descriptions: endpoints.map(({ description }) => description),
        eventTypes: endpoints.map(({ eventTypes }) => JSON.stringify(eventTypes)),
        secrets: endpoints.map(({ secrets }) => secrets.current),
        states: endpoints.map(({ health }) => health.state),
        postbacks: endpoints.map(({ postback }) => postback ?? null),
        at,
      },
    );
    const rows = await rowsOf<AddedRow>(
      this.db,
      `select endpoint.id, wanted.position
       from unnest(:partnerIds::uuid[], :programIds::uuid[], :urls::text[])
         with ordinality as wanted (partner_id, program_id, url, position)
       join webhooks.endpoints as endpoint
         on endpoint.url = wanted.url
         and endpoint.partner_id is not distinct from wanted.partner_id
         and endpoint.program_id is not distinct from wanted.program_id
       order by wanted.position`,
      owners,
    );
    return rows.map(({ id, position }) => {
      const endpointId = fromUuid('whe', id);
      return { endpointId, isNew: endpoints[Number(position) - 1]?.endpointId === endpointId };
    });
  }

  async get(endpointId: EndpointId): Promise<Endpoint> {
    const [row] = await rowsOf<EndpointRow>(
      this.db,
      `select ${ENDPOINT_COLUMNS} from webhooks.endpoints where id = :id for update`,
      { id: toUuid(endpointId) },
    );
    if (row === undefined) throw endpointNotFound(endpointId);
    return toEndpoint(row);
  }

  async change({ endpointId, health, secrets: { current, old } }: EndpointChange, at: Instant): Promise<void> {
    await rowsOf(
      this.db,
      `update webhooks.endpoints as endpoint
       set state = :state, failures = :failures, failing_since = :failingSince, probes = :probes,
         disabled_reason = :disabledReason, secret = :secret, old_secret = :oldSecret,
         old_secret_until = :oldSecretUntil, due_at = case when ${HAS_PENDING} then :dueAt::timestamptz end
       where id = :id`,
      {
        ...healthValues(health),
        id: toUuid(endpointId),
        secret: current,
        oldSecret: old?.sealed ?? null,
        oldSecretUntil: old?.until ?? null,
        dueAt: health.state === 'disabled' ? null : at,
      },
    );
  }

  async remove(endpointId: EndpointId): Promise<void> {
    await rowsOf(this.db, `delete from webhooks.endpoints where id = :id`, { id: toUuid(endpointId) });
  }

  /** Advisory locks, for the rows of others cannot be seen yet. Sorted, so that two imports cannot wait in a circle. */
  async counts(partnerIds: readonly Id<'par'>[]): Promise<ReadonlyMap<Id<'par'>, number>> {
    const owners = { partnerIds: partnerIds.map(toUuid) };
    await rowsOf(
      this.db,
      `select count(pg_advisory_xact_lock(key))
       from (
         select distinct hashtextextended('webhooks.endpoints/' || id, 0) as key
         from unnest(:partnerIds::uuid[]) as id
         order by key
       ) as keys`,
      owners,
    );
    const rows = await rowsOf<{ partner_id: string; count: bigint }>(
      this.db,
      `select partner_id, count(*) as count
       from webhooks.endpoints
       where partner_id = any(:partnerIds)
       group by partner_id`,
      owners,
    );
    return new Map(rows.map(({ partner_id, count }) => [fromUuid('par', partner_id), Number(count)]));
  }

  async subscribers(partnerIds: readonly Id<'par'>[]): Promise<readonly Subscriber[]> {
    const rows = await rowsOf<SubscriberRow>(
      this.db,
      `select id, partner_id, program_id, event_types, last_sequence, postback
       from webhooks.endpoints
       where partner_id = any(:partnerIds) or partner_id is null
       order by id
       for update`,
      { partnerIds: partnerIds.map(toUuid) },
    );
    return rows.map((row) => ({
      endpointId: fromUuid('whe', row.id),
      partnerId: row.partner_id === null ? undefined : fromUuid('par', row.partner_id),
      programId: row.program_id === null ? undefined : fromUuid('prg', row.program_id),
      eventTypes: row.event_types,
      lastSequence: Number(row.last_sequence),
      ...(row.postback !== null && { postback: row.postback }),
    }));
  }

  async inHand(leases: readonly Leased[]): Promise<readonly Held[]> {
    const rows = await rowsOf<HealthRow>(
      this.db,
      `select ${HEALTH_COLUMNS}
       from webhooks.endpoints
       where (id, lease) in (select * from unnest(:ids::uuid[], :leases::text[]))
       order by id
       for update`,
      { ids: leases.map(({ endpointId }) => toUuid(endpointId)), leases: leases.map(({ lease }) => lease) },
    );
    return rows.map((row) => ({
      endpointId: fromUuid('whe', row.id),
      partnerId: row.partner_id === null ? undefined : fromUuid('par', row.partner_id),
      health: toHealth(row),
    }));
  }

  async release(releases: readonly Release[]): Promise<void> {
    if (releases.length === 0) return;
    await rowsOf(
      this.db,
      `update webhooks.endpoints as endpoint
       set state = given.state, failures = given.failures, failing_since = given.failing_since, probes = given.probes,
         disabled_reason = given.disabled_reason, lease = null, leased_until = null,
         due_at = case when ${HAS_PENDING} then given.next_at end
       from unnest(
         :ids::uuid[], :states::text[], :failures::int[], :failingSince::timestamptz[], :probes::int[],
         :disabledReasons::text[], :nextAts::timestamptz[]
       ) as given (id, state, failures, failing_since, probes, disabled_reason, next_at)
       where endpoint.id = given.id`,
      {
        ids: releases.map(({ endpointId }) => toUuid(endpointId)),
        states: releases.map(({ health }) => health.state),
        failures: releases.map(({ health }) => health.failures),
        failingSince: releases.map(({ health }) => health.failingSince ?? null),
        probes: releases.map(({ health }) => health.probes),
        disabledReasons: releases.map(({ health }) => health.disabledReason ?? null),
        nextAts: releases.map(({ nextAt }) => nextAt ?? null),
      },
    );
  }
}

const ownersOf = (endpoints: readonly NewEndpoint[]) => ({
  partnerIds: endpoints.map(({ partnerId }) => (partnerId === undefined ? null : toUuid(partnerId))),
  programIds: endpoints.map(({ programId }) => (programId === undefined ? null : toUuid(programId))),
  urls: endpoints.map(({ url }) => url),
});

const HAS_PENDING = `exists (
  select from webhooks.deliveries where endpoint_id = endpoint.id and state = 'pending'
)`;

const healthValues = ({ state, failures, failingSince, probes, disabledReason }: Health) => ({
  state,
  failures,
  failingSince: failingSince ?? null,
  probes,
  disabledReason: disabledReason ?? null,
});
