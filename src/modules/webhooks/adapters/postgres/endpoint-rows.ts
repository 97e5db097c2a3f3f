import { fromUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { PostbackMethod } from '../../domain/postback.ts';
import type { DisabledReason, Endpoint, EndpointState, Health, SealedSecrets } from '../../domain/endpoint.ts';

export interface SecretsRow {
  readonly secret: string;
  readonly old_secret: string | null;
  readonly old_secret_until: Instant | null;
}

export interface HealthRow {
  readonly id: string;
  readonly partner_id: string | null;
  readonly state: EndpointState;
  readonly failures: number;
  readonly failing_since: Instant | null;
  readonly probes: number;
  readonly disabled_reason: DisabledReason | null;
}

export interface EndpointRow extends HealthRow, SecretsRow {
  readonly program_id: string | null;
  readonly url: string;
  readonly description: string;
  readonly event_types: readonly string[];
  readonly created_at: Instant;
  readonly last_sequence: bigint;
  readonly due_at: Instant | null;
  readonly postback: PostbackMethod | null;
}

export const HEALTH_COLUMNS = 'id, partner_id, state, failures, failing_since, probes, disabled_reason';
export const ENDPOINT_COLUMNS = `${HEALTH_COLUMNS}, program_id, url, description, event_types, secret, old_secret,
  old_secret_until, created_at, last_sequence, due_at, postback`;

export const toHealth = (row: HealthRow): Health => ({
  state: row.state,
  failures: row.failures,
  failingSince: row.failing_since ?? undefined,
  probes: row.probes,
  disabledReason: row.disabled_reason ?? undefined,
});

export const toSecrets = ({ secret, old_secret: old, old_secret_until: until }: SecretsRow): SealedSecrets =>
  old === null || until === null ? { current: secret } : { current: secret, old: { sealed: old, until } };

export const toEndpoint = (row: EndpointRow): Endpoint => ({
  endpointId: fromUuid('whe', row.id),
  partnerId: row.partner_id === null ? undefined : fromUuid('par', row.partner_id),
  programId: row.program_id === null ? undefined : fromUuid('prg', row.program_id),
  url: row.url,
  description: row.description,
  eventTypes: row.event_types,
  secrets: toSecrets(row),
  health: toHealth(row),
  createdAt: row.created_at,
  lastSequence: Number(row.last_sequence),
  dueAt: row.due_at ?? undefined,
  ...(row.postback !== null && { postback: row.postback }),
});
