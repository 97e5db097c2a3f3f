import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { withoutClaim } from '../../../../infrastructure/http/claim.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { FaultView } from '../../../../infrastructure/http/problem.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError, type Fault } from '../../../../shared/errors.ts';
import {
  IsBag,
  IsIdList,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsNested,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import {
  QUARANTINE_STATES,
  type QuarantineChoice,
  type QuarantineId,
  type QuarantinePort,
  type QuarantineState,
} from '../../index.ts';

const MOST = 1_000;
const MOST_EVENTS = 1_000_000_000_000;

class QuarantinePath {
  @IsIdOf('qua') readonly quarantineId!: QuarantineId;
}

class Filter {
  @IsText({ max: 100, optional: true }) readonly type?: string;
  @IsText({ max: 100, optional: true }) readonly source?: string;
  @IsText({ max: 100, optional: true, description: 'The code of the first fault' }) readonly reason?: string;
}

class QuarantineQuery extends PageQuery {
  @IsText({ max: 100, optional: true }) readonly type?: string;
  @IsText({ max: 100, optional: true }) readonly source?: string;
  @IsText({ max: 100, optional: true, description: 'The code of the first fault' }) readonly reason?: string;
  @IsOneOf(QUARANTINE_STATES, { optional: true }) readonly state?: QuarantineState;
}

class QuarantineChoiceRequest {
  @IsIdList('qua', { min: 1, max: MOST, optional: true }) readonly ids?: readonly QuarantineId[];
  @IsNested(() => Filter, { optional: true, description: `Instead of ids: up to ${MOST} open ones that fit` })
  readonly filter?: Filter;
}

class RefusedEventView {
  @IsIdOf('qua') readonly id!: string;
  @IsOneOf(QUARANTINE_STATES) readonly state!: string;
  @IsInstant() readonly arrivedAt!: string;
  @IsText({ max: 100 }) readonly source!: string;
  @IsText({ max: 200, nullable: true }) readonly eventId!: string | null;
  @IsText({ max: 100, nullable: true }) readonly type!: string | null;
  @IsText({ max: 100 }) readonly reason!: string;
  @IsText({ max: 500, min: 0, description: 'To the first fault, from the event' }) readonly pointer!: string;
  @IsListOf(() => FaultView, { max: 20 }) readonly faults!: readonly Fault[];
  @IsInstant() readonly changedAt!: string;
}

class RefusedEventWithContentView extends RefusedEventView {
  @IsBag({ nullable: true, description: 'As it came; null once it was re-driven or discarded' })
  readonly event!: object | null;
}

class RefusedCountView {
  @IsText({ max: 100, nullable: true }) readonly type!: string | null;
  @IsText({ max: 100 }) readonly reason!: string;
  @IsWhole({ min: 0, max: MOST_EVENTS }) readonly open!: number;
  @IsWhole({ min: 0, max: MOST_EVENTS }) readonly redriven!: number;
  @IsWhole({ min: 0, max: MOST_EVENTS }) readonly discarded!: number;
}

class QuarantineSummaryView {
  @IsWhole({ min: 0, max: MOST_EVENTS, description: 'Also what was too much, or too large, to keep' })
  readonly refused!: number;
  @IsListOf(() => RefusedCountView, { max: 100_000 }) readonly counts!: readonly RefusedCountView[];
}

class RedrivenView {
  @IsWhole({ min: 0, max: MOST, description: 'Events now, or known as such' }) readonly redriven!: number;
  @IsWhole({ min: 0, max: MOST, description: 'With the faults they have now' }) readonly stillRefused!: number;
}

class DiscardedView {
  @IsWhole({ min: 0, max: MOST }) readonly discarded!: number;
}

const RefusedEventPage = pageOfShape(RefusedEventView);
const READ = { scope: 'events:read' };
const ADMIN = { scope: 'events:admin' };

export const quarantineRoutes = (quarantine: QuarantinePort): readonly Route[] => [
  ...lookAt(quarantine),
  ...workOn(quarantine),
];

const lookAt = (quarantine: QuarantinePort): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/quarantine',
    operationId: 'listRefusedEvents',
    tag: 'events',
    summary: 'What was refused, newest first',
    access: READ,
    query: QuarantineQuery,
    success: { 200: RefusedEventPage },
    handle: ({ actor, query }) => {
      mustBeStaff(actor);
      const { type, source, reason, state } = query;
      return quarantine.list(toPageRequest(query), { type, source, reason, state });
    },
  }),
  route({
    method: 'get',
    path: '/v1/quarantine/summary',
    operationId: 'getQuarantineSummary',
    tag: 'events',
    summary: 'How much was refused, by type and reason',
    access: READ,
    success: { 200: QuarantineSummaryView },
    handle: ({ actor }) => {
      mustBeStaff(actor);
      return quarantine.summary();
    },
  }),
  route({
    method: 'get',
    path: '/v1/quarantine/{quarantineId}',
    operationId: 'getRefusedEvent',
    tag: 'events',
    summary: 'One refused event, as it came',
    access: ADMIN,
    params: QuarantinePath,
    success: { 200: RefusedEventWithContentView },
    errors: ['pipeline.not_quarantined'],
    handle: ({ actor, params }) => {
      mustBeStaff(actor);
      return quarantine.show(params.quarantineId);
    },
  }),
];

const workOn = (quarantine: QuarantinePort): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/quarantine/redrive',
    operationId: 'redriveRefusedEvents',
    tag: 'events',
    summary: 'Judge again by the types known today; what passes is an event under its own id and time',
    access: ADMIN,
    body: QuarantineChoiceRequest,
    success: { 200: RedrivenView },
    errors: ['pipeline.choose_one', 'pipeline.overloaded'],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      return withoutClaim(() => quarantine.redrive(choiceOf(body)));
    },
  }),
  route({
    method: 'post',
    path: '/v1/quarantine/discard',
    operationId: 'discardRefusedEvents',
    tag: 'events',
    summary: 'Give up on refused events, and forget their content',
    access: ADMIN,
    body: QuarantineChoiceRequest,
    success: { 200: DiscardedView },
    errors: ['pipeline.choose_one'],
    handle: async ({ actor, body }) => {
      mustBeStaff(actor);
      return { discarded: await withoutClaim(() => quarantine.discard(choiceOf(body))) };
    },
  }),
];

/** All of them is said, not forgotten to be narrowed: `"filter": {}`. */
const choiceOf = ({ ids, filter }: QuarantineChoiceRequest): QuarantineChoice => {
  if (ids !== undefined && filter === undefined) return { ids };
  if (filter !== undefined && ids === undefined) return { filter };
  throw new AppError(
    'invalid',
    'pipeline.choose_one',
    'send either ids or filter; an empty filter means all that are open',
  );
};
