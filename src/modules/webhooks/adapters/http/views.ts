import {
  IsBag,
  IsFlag,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsOneOf,
  IsText,
  IsTextList,
  IsWebAddress,
  IsWhole,
} from '../../../../shared/fields.ts';
import { FaultView } from '../../../../infrastructure/http/problem.ts';
import type { Fault } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Imported } from '../../application/register-endpoints.ts';
import { DELIVERY_STATES, type DeliveryState } from '../../domain/delivery.ts';
import { type Endpoint, type EndpointDescription, type EndpointState, lifecycle } from '../../domain/endpoint.ts';
import { EVERY_TYPE } from '../../domain/public-events.ts';
import type { DeliveryId, EndpointId } from '../../index.ts';
import type { FedEvent, ListedAttempt, ListedDelivery } from '../../ports/webhook-reader.ts';

const LARGEST = Number.MAX_SAFE_INTEGER;
export const MOST_IMPORTED = 500;

// ── asked ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export class NewEndpointRequest {
  @IsWebAddress({ description: 'https, and reachable by everybody', example: 'https://partner.example/hooks' })
  readonly url!: string;
  @IsTextList({ min: 1, max: 100, optional: true, description: 'Types of events, or * for all; * unless told' })
  readonly eventTypes?: readonly string[];
  @IsText({ min: 0, max: 500, optional: true }) readonly description?: string;
  @IsIdOf('par', { optional: true, description: 'Whose events; staff may leave it out for those of all partners' })
  readonly partnerId?: Id<'par'>;
  @IsIdOf('prg', { optional: true, description: 'Of one program; of all unless told' }) readonly programId?: Id<'prg'>;
}

export const describedBy = (
  { url, eventTypes = [EVERY_TYPE], description = '', programId }: NewEndpointRequest,
  partnerId: Id<'par'> | undefined,
): EndpointDescription => ({ url, eventTypes, description, partnerId, programId });

export class EndpointImportRequest {
  @IsListOf(() => NewEndpointRequest, { min: 1, max: MOST_IMPORTED })
  readonly endpoints!: readonly NewEndpointRequest[];
}

// ── answered ──────────────────────────────────────────────────────────────────────────────────────────────────────

export class EndpointView {
  @IsIdOf('whe') readonly id!: EndpointId;
  @IsText({ max: 2048 }) readonly url!: string;
  @IsTextList({ max: 100 }) readonly eventTypes!: readonly string[];
  @IsText({ min: 0, max: 500 }) readonly description!: string;
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'>;
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsOneOf(Object.keys(lifecycle)) readonly state!: EndpointState;
  @IsWhole({ min: 0, max: LARGEST, description: 'Failed attempts in a row' }) readonly failures!: number;
  @IsInstant({ optional: true }) readonly failingSince?: Instant;
  @IsOneOf(['gone', 'failing', 'by_owner'], { optional: true }) readonly disabledReason?: string;
  @IsInstant({ optional: true, description: 'Absent when nothing waits' }) readonly nextAttemptAt?: Instant;
  @IsWhole({ min: 0, max: LARGEST, description: 'The number of its newest event' }) readonly lastSequence!: number;
  @IsInstant() readonly createdAt!: Instant;
}

export const endpointView = (endpoint: Endpoint): EndpointView => {
  const { endpointId, url, eventTypes, description, partnerId, programId, health, dueAt, lastSequence } = endpoint;
  return {
    id: endpointId,
    url,
    eventTypes,
    description,
    partnerId,
    programId,
    state: health.state,
    failures: health.failures,
    failingSince: health.failingSince,
    disabledReason: health.disabledReason,
    nextAttemptAt: dueAt,
    lastSequence,
    createdAt: endpoint.createdAt,
  } as EndpointView;
};

const SECRET = { max: 100, description: 'Signs what we send. Shown this once' };

export class RegisteredEndpointView {
  @IsIdOf('whe') readonly id!: EndpointId;
  @IsText(SECRET) readonly secret!: string;
}

export class RotatedSecretView {
  @IsIdOf('whe') readonly id!: EndpointId;
  @IsText(SECRET) readonly secret!: string;
  @IsInstant({ description: 'Until then the old secret signs too' }) readonly oldSecretUntil!: Instant;
}

class ImportedEndpointView {
  @IsWhole({ min: 0, max: MOST_IMPORTED, description: 'Its place in the list' }) readonly index!: number;
  @IsOneOf(['created', 'known', 'refused']) readonly verdict!: Imported['verdict'];
  @IsIdOf('whe', { optional: true }) readonly id?: EndpointId | undefined;
  @IsText({ ...SECRET, optional: true }) readonly secret?: string | undefined;
  @IsListOf(() => FaultView, { max: 100 }) readonly faults!: readonly Fault[];
}

export class EndpointImportView {
  @IsWhole({ min: 0, max: MOST_IMPORTED }) readonly created!: number;
  @IsWhole({ min: 0, max: MOST_IMPORTED, description: 'Registered before; nothing was changed' })
  readonly known!: number;
  @IsWhole({ min: 0, max: MOST_IMPORTED }) readonly refused!: number;
  @IsListOf(() => ImportedEndpointView, { max: MOST_IMPORTED }) readonly results!: readonly ImportedEndpointView[];
}

export const importView = (results: readonly Imported[]): EndpointImportView => {
  const count = (verdict: Imported['verdict']): number => results.filter((each) => each.verdict === verdict).length;
  return {
    created: count('created'),
    known: count('known'),
    refused: count('refused'),
    results: results.map(({ endpointId, ...result }) => ({ ...result, id: endpointId })),
  };
};

export class TestedEndpointView {
  @IsFlag({ description: 'It answered with 2xx' }) readonly delivered!: boolean;
  @IsWhole({ min: 100, max: 599, nullable: true, description: 'Null when nobody answered' })
  readonly status!: number | null;
  @IsWhole({ min: 0, max: LARGEST }) readonly durationMs!: number;
}

export class DeliveryView {
  @IsIdOf('whd') readonly id!: DeliveryId;
  @IsIdOf('whe') readonly endpointId!: EndpointId;
  @IsWhole({ min: 1, max: LARGEST, description: 'Its number at the endpoint: 1, 2, 3 … without gaps' })
  readonly sequence!: number;
  @IsIdOf('evt', { description: 'The `webhook-id` it is sent with' }) readonly eventId!: Id<'evt'>;
  @IsText({ max: 100 }) readonly eventType!: string;
  @IsOneOf(DELIVERY_STATES) readonly state!: DeliveryState;
  @IsWhole({ min: 0, max: LARGEST }) readonly attempts!: number;
  @IsInstant() readonly createdAt!: Instant;
  @IsInstant({ optional: true, description: 'When it was delivered, or given up' }) readonly endedAt?: Instant;
}

const delivery = ({ deliveryId, partnerId: _, ...listed }: ListedDelivery) => ({ id: deliveryId, ...listed });

export const deliveryView = (listed: ListedDelivery): DeliveryView => delivery(listed) as DeliveryView;

class AttemptView {
  @IsWhole({ min: 1, max: LARGEST }) readonly number!: number;
  @IsInstant() readonly at!: Instant;
  @IsWhole({ min: 0, max: LARGEST }) readonly durationMs!: number;
  @IsWhole({ min: 100, max: 599, nullable: true, description: 'Null when nobody answered' })
  readonly status!: number | null;
  @IsText({ max: 64, optional: true, description: 'SHA-256 of the first KiB of the answer' })
  readonly bodyHash?: string;
  @IsText({ min: 0, max: 200, optional: true, description: 'How the answer began, masked (staff)' })
  readonly bodyHead?: string;
  @IsText({ max: 100, optional: true, description: 'Why nobody answered (staff)' }) readonly detail?: string;
}

/** A tenant learns whether somebody answered and with which status; never what, and never why nobody did. */
const attemptView = ({ status, bodyHead, detail, ...attempt }: ListedAttempt, forStaff: boolean): AttemptView =>
  ({ ...attempt, status: status ?? null, ...(forStaff && { bodyHead, detail }) }) as AttemptView;

export class DeliveryWithAttemptsView extends DeliveryView {
  @IsListOf(() => AttemptView, { max: 10_000 }) readonly attemptLog!: readonly AttemptView[];
}

export const deliveryWithAttemptsView = (
  listed: ListedDelivery,
  attempts: readonly ListedAttempt[],
  forStaff: boolean,
): DeliveryWithAttemptsView =>
  ({
    ...delivery(listed),
    attemptLog: attempts.map((attempt) => attemptView(attempt, forStaff)),
  }) as DeliveryWithAttemptsView;

export class RedeliveryView {
  @IsIdOf('whd') readonly id!: DeliveryId;
}

export class DeliveryTotalsView {
  @IsWhole({ min: 0, max: LARGEST }) readonly delivered!: number;
  @IsWhole({ min: 0, max: LARGEST }) readonly pending!: number;
  @IsWhole({ min: 0, max: LARGEST, description: 'Given up after the last attempt' }) readonly failed!: number;
}

class FedEventView {
  @IsWhole({ min: 1, max: LARGEST }) readonly sequence!: number;
  @IsIdOf('evt', { description: 'The `webhook-id` it is sent with' }) readonly id!: Id<'evt'>;
  @IsBag({ description: 'What is sent: type, timestamp, data' }) readonly event!: object;
}

export class EndpointFeedView {
  @IsListOf(() => FedEventView, { max: 1_000 }) readonly data!: readonly FedEventView[];
  @IsWhole({ min: 0, max: LARGEST, description: 'The number of the newest event; ask on until you have it' })
  readonly lastSequence!: number;
}

export const fedEventView = ({ sequence, eventId, body }: FedEvent): FedEventView => ({
  sequence,
  id: eventId,
  event: JSON.parse(body) as object,
});
