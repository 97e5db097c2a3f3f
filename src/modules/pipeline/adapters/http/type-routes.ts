import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { withoutClaim } from '../../../../infrastructure/http/claim.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsBag, IsFlag, IsInstant, IsListOf, IsOneOf, IsText, IsWhole } from '../../../../shared/fields.ts';
import type { RegisterEventType } from '../../application/register-event-type.ts';
import { builtInTypes, type EventType } from '../../domain/event-types.ts';
import { type Lane, LANES } from '../../domain/lanes.ts';
import { type PipelineTransaction } from '../../ports/accepted-events.ts';
import { COMPATIBILITIES, type Compatibility, type RegisteredType } from '../../ports/event-types.ts';

const NAME = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;
const MAX_LISTED = 3_000;

class TypePath {
  @IsText({ max: 100, description: 'Like acme.test_drive' }) readonly type!: string;
}

class NewEventTypeRequest {
  @IsText({
    min: 3,
    max: 100,
    pattern: NAME,
    says: 'must be a name like acme.test_drive, in small letters, digits and _',
    example: 'acme.test_drive',
    description: 'vendor.thing',
  })
  readonly type!: string;
  @IsOneOf(LANES, { description: 'How urgent: what is before it is never held up by it' }) readonly lane!: Lane;
  @IsText({ max: 500, description: 'What it tells, in a sentence' }) readonly about!: string;
  @IsBag({ description: 'JSON Schema of its data; docs/events.md says which keywords' }) readonly schema!: object;
  @IsOneOf(COMPATIBILITIES, { optional: true, description: 'Unless told, events of the version before must still fit' })
  readonly compatibility?: Compatibility;
}

class EventTypeView {
  @IsText({ max: 100 }) readonly type!: string;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly version!: number;
  @IsOneOf(LANES) readonly lane!: Lane;
  @IsText({ max: 500 }) readonly about!: string;
  @IsBag() readonly schema!: object;
  @IsFlag({ description: 'Ours: nobody can change it' }) readonly builtIn!: boolean;
  @IsOneOf(COMPATIBILITIES, { optional: true }) readonly compatibility?: Compatibility;
  @IsInstant({ optional: true }) readonly registeredAt?: string;
}

class EventTypeListView {
  @IsListOf(() => EventTypeView, { max: MAX_LISTED, description: 'By name; of each, the oldest version first' })
  readonly data!: readonly EventTypeView[];
}

const READ = { scope: 'events:read' };

export const typeRoutes = (transaction: PipelineTransaction, register: RegisterEventType): readonly Route[] => [
  registration(register),
  list(transaction),
  versions(transaction),
];

const registration = (register: RegisterEventType): Route =>
  route({
    method: 'post',
    path: '/v1/event-types',
    operationId: 'registerEventType',
    tag: 'events',
    summary: 'Register an event type, or the next version of one',
    description:
      '201: a version that is new. 200: the same was registered before, and this is it. Every process takes such ' +
      'events within a second.',
    access: { scope: 'events:admin' },
    body: NewEventTypeRequest,
    success: { 201: EventTypeView, 200: EventTypeView },
    errors: [
      'pipeline.type_reserved',
      'pipeline.schema_refused',
      'pipeline.schema_incompatible',
      'pipeline.too_many_types',
    ],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      const { type, lane, about, schema, compatibility = 'backward' } = body;
      return withoutClaim(() => register.run({ type, lane, about, schema, compatibility }, actor.clientId));
    },
    respond: ({ registered, isNew }) => ({
      status: isNew ? 201 : 200,
      ...(isNew && { headers: { Location: `/v1/event-types/${registered.type}` } }),
      body: registeredView(registered),
    }),
  });

const list = (transaction: PipelineTransaction): Route =>
  route({
    method: 'get',
    path: '/v1/event-types',
    operationId: 'listEventTypes',
    tag: 'events',
    summary: 'All event types, each with the latest version of its schema',
    access: READ,
    success: { 200: EventTypeListView },
    handle: async ({ actor }) => {
      mustBeStaff(actor);
      const registered = await transaction.run(({ types }) => types.all());
      const latest = new Map(registered.map((type) => [type.type, registeredView(type)]));
      return { data: [...builtInTypes.map(builtInView), ...latest.values()] };
    },
  });

const versions = (transaction: PipelineTransaction): Route =>
  route({
    method: 'get',
    path: '/v1/event-types/{type}',
    operationId: 'getEventType',
    tag: 'events',
    summary: 'Every version of an event type',
    access: READ,
    params: TypePath,
    success: { 200: EventTypeListView },
    errors: ['pipeline.type_not_found'],
    handle: async ({ actor, params: { type } }) => {
      mustBeStaff(actor);
      const registered = await transaction.run(({ types }) => types.all());
      const found = [...builtInTypes.map(builtInView), ...registered.map(registeredView)].filter(
        (each) => each.type === type,
      );
      if (found.length === 0)
        throw new AppError('not_found', 'pipeline.type_not_found', 'no event type has that name; GET /v1/event-types');
      return { data: found };
    },
  });

const registeredView = (registered: RegisteredType): EventTypeView => {
  const { type, version, lane, about, schema, compatibility, registeredAt } = registered;
  return { type, version, lane, about, schema, builtIn: false, compatibility, registeredAt };
};

const builtInView = ({ type, version, lane, about, schema }: EventType): EventTypeView => ({
  type,
  version,
  lane,
  about,
  schema,
  builtIn: true,
});
